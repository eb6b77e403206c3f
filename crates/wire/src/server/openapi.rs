//! `/openapi.json`: every route for programs, with what it takes and gives.

use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, Required, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::routes::Route;
use super::rule::Door;
use crate::idempotency::IDEMPOTENCY_KEY;
use crate::party::Party;
use crate::problem::{PROBLEM_JSON, Problem};

const BEARER: &str = "bearer";

pub(super) fn document(party: &Party, routes: &[Route]) -> OpenApi {
    let mut components = ComponentsBuilder::new();
    let mut problems = Vec::new();
    Problem::schemas(&mut problems);
    problems.push((Problem::name().into_owned(), Problem::schema()));
    let mut paths = Paths::new();
    for route in routes {
        let Some(sketch) = &route.sketch else { continue };
        components = components.schemas_from_iter(sketch.schemas.clone());
        if let Some(method) = method(route) {
            paths.add_path_operation(&route.path, vec![method], operation(route, sketch.operation()).build());
        }
    }
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = components.schemas_from_iter(problems).security_scheme(BEARER, bearer).build();
    let info = InfoBuilder::new().title(format!("Kenshin {}", party.system())).version(env!("CARGO_PKG_VERSION")).build();
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

fn operation(route: &Route, operation: OperationBuilder) -> OperationBuilder {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let mut operation = operation
        .operation_id(Some(route.rule.action.name()))
        .tag(route.rule.purpose.as_str())
        .response("default", ResponseBuilder::new().description("refused").content(PROBLEM_JSON, problem).build());
    for name in names(&route.path) {
        operation = operation.parameter(parameter(name, ParameterIn::Path));
    }
    if route.rule.keyed && route.method != http::Method::GET {
        operation = operation.parameter(parameter(IDEMPOTENCY_KEY, ParameterIn::Header));
    }
    if route.rule.door == Door::Anyone { operation } else { operation.security(SecurityRequirement::new(BEARER, Vec::<String>::new())) }
}

fn parameter(name: &str, place: ParameterIn) -> ParameterBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    ParameterBuilder::new().name(name).parameter_in(place).required(Required::True).schema(Some(text))
}

/// The names in braces of a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn method(route: &Route) -> Option<HttpMethod> {
    match route.method {
        http::Method::GET => Some(HttpMethod::Get),
        http::Method::POST => Some(HttpMethod::Post),
        http::Method::PUT => Some(HttpMethod::Put),
        http::Method::DELETE => Some(HttpMethod::Delete),
        _ => None,
    }
}
