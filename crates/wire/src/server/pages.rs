//! The door of the pages: what people with a browser ask of a system whose other routes are for programs.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::rule::Sessions;
use crate::problem::Problem;

/// Refusals of every kind, a guard's, a handler's or a bound's, are told as the system tells them to people.
pub(super) async fn told(State(sessions): State<Arc<dyn Sessions>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(refusal) = response.extensions().get::<Problem>().cloned() else { return response };
    let (refused, _) = response.into_parts();
    let mut told = sessions.told(&asked, refusal);
    for (name, value) in &refused.headers {
        if !told.headers().contains_key(name) && name != http::header::CONTENT_LENGTH {
            told.headers_mut().insert(name, value.clone());
        }
    }
    told
}
