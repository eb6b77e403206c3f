//! What handlers take and give: as axum's, with problem documents for what cannot be read.

use access::Caller;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::body::read_slice;
use crate::problem::Problem;
use crate::server::Peer;

/// The caller of a route, known and permitted before the handler runs.
#[derive(Clone, Debug)]
pub struct RequestCaller(pub Caller);

impl<S: Sync> FromRequestParts<S> for RequestCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::unauthenticated("no caller"))
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::unauthenticated("show a certificate"))
    }
}

/// A JSON body. What cannot be read is refused with the field and the place, never with what stands there.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")));
        if !json {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", "send application/json"));
        }
        let body = bytes::Bytes::from_request(request, state)
            .await
            .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "the body is too large or was cut off"))?;
        Ok(Self(read_slice(&body)?))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
            Err(error) => Problem::internal(&error).into_response(),
        }
    }
}

/// 202: taken in, worked on later.
#[derive(Clone, Copy, Debug)]
pub struct Later<T>(pub T);

impl<T: Serialize> IntoResponse for Later<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self.0)).into_response()
    }
}

/// 202 with the address where the work can be followed (`Location`).
#[derive(Clone, Debug)]
pub struct LaterAt<T>(pub String, pub T);

impl<T: Serialize> IntoResponse for LaterAt<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, [(header::LOCATION, self.0)], Json(self.1)).into_response()
    }
}

/// The parts of a path.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|_| Problem::not_found("the address names nothing"))
    }
}

/// The query of a request.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|_| Problem::bad_request("query", "the query of the address is not what this route takes"))
    }
}
