//! The description of a route, read off the types of its handler.
//!
//! One registration gives route, action and OpenAPI operation: [`Described`] is implemented for every async function whose arguments are
//! [`Argument`]s and whose answer is an [`Answer`]. A new extractor needs one line here.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use utoipa::openapi::path::{OperationBuilder, Parameter};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{ContentBuilder, RefOr, Required, ResponseBuilder, Schema};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Json, Later, LaterAt, Path, Query, RequestCaller};
use super::stream::{Download, Events};
use crate::idempotency::Once;
use crate::server::Peer;

const JSON: &str = "application/json";

/// An operation in the making, with the schemas that it refers to.
#[derive(Default)]
pub struct Sketch {
    pub(crate) body: Option<RefOr<Schema>>,
    pub(crate) answer: Option<(StatusCode, &'static str, RefOr<Schema>)>,
    pub(crate) query: Vec<Parameter>,
    /// Whether the handler can refuse.
    pub(crate) refuses: bool,
    pub(crate) schemas: Vec<(String, RefOr<Schema>)>,
}

impl Sketch {
    fn schema<T: ToSchema>(&mut self) -> RefOr<Schema> {
        T::schemas(&mut self.schemas);
        match T::schema() {
            // a list or a map has no name of its own
            inline @ RefOr::T(Schema::Array(_)) => inline,
            named => {
                self.schemas.push((T::name().into_owned(), named));
                utoipa::openapi::Ref::from_schema_name(T::name()).into()
            }
        }
    }

    pub(crate) fn operation(&self) -> OperationBuilder {
        let mut operation = OperationBuilder::new();
        if let Some(body) = &self.body {
            let content = ContentBuilder::new().schema(Some(body.clone())).build();
            let body = RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True)).build();
            operation = operation.request_body(Some(body));
        }
        for parameter in &self.query {
            operation = operation.parameter(parameter.clone());
        }
        match &self.answer {
            Some((status, media, schema)) => {
                let content = ContentBuilder::new().schema(Some(schema.clone())).build();
                let response = ResponseBuilder::new().description(status.canonical_reason().unwrap_or_default()).content(*media, content);
                operation.response(status.as_str(), response.build())
            }
            None => operation.response("200", ResponseBuilder::new().description("OK").build()),
        }
    }
}

impl std::fmt::Debug for Sketch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.schemas.iter().map(|(name, _)| name)).finish()
    }
}

/// Something a handler takes.
pub trait Argument {
    /// Adds what it asks of a request.
    fn describe(_: &mut Sketch) {}
}

impl<T> Argument for State<T> {}
impl Argument for RequestCaller {}

impl Argument for Peer {}
impl Argument for Once {}
impl Argument for HeaderMap {}
impl Argument for RawQuery {}
impl<T> Argument for axum::Extension<T> {}
/// Parts of a path are read off the route itself.
impl<T> Argument for Path<T> {}

impl<T: ToSchema> Argument for Json<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.body = Some(sketch.schema::<T>());
    }
}

impl<T: IntoParams> Argument for Query<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.query.extend(T::into_params(|| Some(utoipa::openapi::path::ParameterIn::Query)));
    }
}

/// What a handler gives.
pub trait Answer {
    /// Adds what it answers with when all is well.
    fn describe(_: &mut Sketch) {}
}

impl Answer for Response {}
impl Answer for StatusCode {}

impl<T: ToSchema> Answer for Json<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.answer = Some((StatusCode::OK, JSON, sketch.schema::<T>()));
    }
}

impl<T: ToSchema> Answer for Later<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.answer = Some((StatusCode::ACCEPTED, JSON, sketch.schema::<T>()));
    }
}

impl<T: ToSchema> Answer for LaterAt<T> {
    fn describe(sketch: &mut Sketch) {
        Later::<T>::describe(sketch);
    }
}

impl<T: ToSchema> Answer for Events<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.answer = Some((StatusCode::OK, "text/event-stream", sketch.schema::<T>()));
    }
}

impl Answer for Download {
    fn describe(sketch: &mut Sketch) {
        let bytes = ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        sketch.answer = Some((StatusCode::OK, "application/octet-stream", bytes.into()));
    }
}

impl<T: Answer, E> Answer for Result<T, E> {
    fn describe(sketch: &mut Sketch) {
        sketch.refuses = true;
        T::describe(sketch);
    }
}

/// A handler whose types describe it; `T` is the same as in axum's `Handler<T, S>`.
pub trait Described<T> {
    /// Its description.
    fn describe() -> Sketch;
}

macro_rules! described {
    ($marker:ty; $($argument:ident)*) => {
        impl<F, Fut, R, $($argument,)* M> Described<$marker> for F
        where
            F: FnOnce($($argument),*) -> Fut,
            Fut: Future<Output = R>,
            R: Answer,
            $($argument: Argument,)*
        {
            fn describe() -> Sketch {
                let mut sketch = Sketch::default();
                $($argument::describe(&mut sketch);)*
                R::describe(&mut sketch);
                sketch
            }
        }
    };
}

impl<F, Fut, R> Described<((),)> for F
where
    F: FnOnce() -> Fut,
    Fut: Future<Output = R>,
    R: Answer,
{
    fn describe() -> Sketch {
        let mut sketch = Sketch::default();
        R::describe(&mut sketch);
        sketch
    }
}

described!((M, A1,); A1);
described!((M, A1, A2,); A1 A2);
described!((M, A1, A2, A3,); A1 A2 A3);
described!((M, A1, A2, A3, A4,); A1 A2 A3 A4);
described!((M, A1, A2, A3, A4, A5,); A1 A2 A3 A4 A5);
described!((M, A1, A2, A3, A4, A5, A6,); A1 A2 A3 A4 A5 A6);
described!((M, A1, A2, A3, A4, A5, A6, A7,); A1 A2 A3 A4 A5 A6 A7);
