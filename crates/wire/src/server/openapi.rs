//! `/openapi.json`: every route for programs, with what it takes and gives.

use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::routes::Route;
use super::rule::Door;
use crate::oauth::{self, IntrospectRequest, Introspected, Refused, TokenRequest};
use line::IDEMPOTENCY_KEY;
use line::oauth::{Granted, TOKEN};
use protocol::{PROBLEM_JSON, ProblemDocument};
use vocabulary::Party;

const BEARER: &str = "bearer";
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

pub(super) fn document(party: &Party, routes: &[Route], gives_tokens: bool) -> OpenApi {
    let mut components = ComponentsBuilder::new();
    let mut problems = Vec::new();
    ProblemDocument::schemas(&mut problems);
    problems.push((ProblemDocument::name().into_owned(), ProblemDocument::schema()));
    let mut paths = Paths::new();
    for route in routes {
        let Some(sketch) = &route.sketch else { continue };
        components = components.schemas_from_iter(sketch.schemas.clone());
        if let Some(method) = method(route) {
            paths.add_path_operation(&route.path, vec![method], operation(route, sketch.operation()).build());
        }
    }
    if gives_tokens {
        let mut schemas = Vec::new();
        let token = form::<TokenRequest, Granted>("oauth:token", &mut schemas);
        paths.add_path_operation(TOKEN, vec![HttpMethod::Post], token);
        let introspect = form::<IntrospectRequest, Introspected>("oauth:introspect", &mut schemas);
        paths.add_path_operation(oauth::INTROSPECT, vec![HttpMethod::Post], introspect);
        components = components.schemas_from_iter(schemas);
    }
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = components.schemas_from_iter(problems).security_scheme(BEARER, bearer).build();
    let info = InfoBuilder::new().title(format!("Kenshin {}", party.system())).version(env!("CARGO_PKG_VERSION")).build();
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

fn operation(route: &Route, operation: OperationBuilder) -> OperationBuilder {
    let action = route.rule.action;
    let (japanese, english) = action.words();
    let mut operation = operation
        .operation_id(Some(action.name()))
        .summary(Some(english))
        .description(Some(format!("{japanese}. Touches: {}.", action.zone().as_str())))
        .tag(action.purpose().as_str());
    for status in route.refusals().into_iter().flatten() {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemDocument::name()))).build();
        let refused = ResponseBuilder::new().description(reason(status)).content(PROBLEM_JSON, problem).build();
        operation = operation.response(status.to_string(), refused);
    }
    for name in names(&route.path) {
        operation = operation.parameter(parameter(name, ParameterIn::Path));
    }
    if route.rule.keyed && route.method != http::Method::GET {
        operation = operation.parameter(parameter(IDEMPOTENCY_KEY, ParameterIn::Header));
    }
    if route.rule.door == Door::Anyone { operation } else { operation.security(SecurityRequirement::new(BEARER, Vec::<String>::new())) }
}

/// What a status is called.
fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default()
}

/// An endpoint of RFC 6749 or RFC 7662: a form comes, JSON goes, refusals have a form of their own.
fn form<Taken: ToSchema, Given: ToSchema>(id: &str, schemas: &mut Vec<(String, RefOr<Schema>)>) -> Operation {
    let taken = RequestBodyBuilder::new().content(FORM, named::<Taken>(schemas)).required(Some(Required::True)).build();
    let mut operation = OperationBuilder::new().operation_id(Some(id)).request_body(Some(taken));
    let given = ResponseBuilder::new().description("OK").content(JSON, named::<Given>(schemas)).build();
    operation = operation.response("200", given);
    for (status, description) in [("400", "Bad Request"), ("401", "Unauthorized")] {
        let refused = ResponseBuilder::new().description(description).content(JSON, named::<Refused>(schemas)).build();
        operation = operation.response(status, refused);
    }
    operation.build()
}

fn named<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) -> Content {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), T::schema()));
    ContentBuilder::new().schema(Some(Ref::from_schema_name(T::name()))).build()
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
