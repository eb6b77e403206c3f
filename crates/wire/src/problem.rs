//! Refusals of a server: their document ([`ProblemDocument`]), and how each error from below becomes one.
//!
//! A system's `thiserror` enum stands over [`Cause`](crate::Cause) and says its statuses by [`refusals!`](crate::refusals). What the caller reads says what happened, to
//! which row, and what to do; what went wrong inside goes to the log under the request id and not over the line.

use std::ops::Deref;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use line::WireError;
use protocol::{PROBLEM_JSON, ProblemDocument, RowProblem};
use serde::{Deserialize, Serialize};
use store::StoreError;
use vocabulary::Id128;

use crate::budget::TooMany;

/// The rows that a message may have: each is looked up at once, and a statement takes about thirty thousand values.
pub const MOST_ROWS: usize = 10_000;

/// Refuses a message with more.
pub fn limit_rows(rows: usize) -> Result<(), Problem> {
    if rows <= MOST_ROWS {
        return Ok(());
    }
    let detail = format!("a message has up to {MOST_ROWS} rows: send the rest as another message");
    Err(Problem::unprocessable("too-many-rows", detail))
}

/// A refusal: what goes over the line of it is its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Problem(ProblemDocument);

impl Problem {
    /// A refusal with a status, one word for programs and a sentence for people.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        ProblemDocument::new(status, code, detail).into()
    }

    /// 400: the request cannot be read.
    pub fn bad_request(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401: who asks is not known.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
    }

    /// 403: who asks is known and may not.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404: there is no such thing, or none that this caller may know of.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    /// 409: it does not fit what is there.
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 422: it can be read, and cannot be done.
    pub fn unprocessable(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// 429: more than the allowance of whoever asks. As an answer, [`TooMany`] itself says how long to wait.
    pub(crate) fn too_many(error: TooMany) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", error.to_string())
    }

    /// 408: the body did not come in time.
    pub(crate) fn slow_body() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "slow-body", "the body did not come in time")
    }

    /// 413: the body has more bytes than the route takes.
    pub(crate) fn too_large(most: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", format!("a body may have {most} bytes here; send the rows in portions"))
    }

    /// 503: not now; the same request again later may succeed.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
    }

    /// 500 for a failure of our own: the chain of causes goes to the log, the caller is told where to look.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        let mut causes = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push_str(": ");
            causes.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(error = %causes, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the request failed inside this system; nothing was changed by it. Its log tells more under the request id",
        )
    }

    /// 502: another party refused or answered wrongly.
    pub(crate) fn peer() -> Self {
        Self::new(StatusCode::BAD_GATEWAY, "peer", "another party refused what this request needs; the log tells more under the request id")
    }

    /// A room that is busy or out of reach is 503; anything else of a room is ours to look into.
    pub(crate) fn of_store(error: &StoreError) -> Self {
        if error.is_passing() {
            tracing::warn!(%error, "room");
            return Self::unavailable("the data cannot be reached just now; try again");
        }
        Self::internal(error)
    }

    /// With another sentence for people.
    #[must_use]
    pub fn telling(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// With its bad rows.
    #[must_use]
    pub fn with_rows(mut self, rows: Vec<RowProblem>) -> Self {
        self.0.rows = rows;
        self
    }

    fn render(&self) -> Response {
        // a struct of strings and numbers always serialises
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        (self.status_code(), [(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON))], body).into_response()
    }

    /// Puts the request id into the problem document of a response, if it is one; a refusal that is none (of a router, say) becomes one.
    pub(crate) fn complete(response: Response, request: Id128) -> Response {
        let status = response.status();
        let mut problem = match response.extensions().get::<Self>() {
            Some(problem) => problem.clone(),
            None if !is_refusal(status) || response.headers().contains_key(header::CONTENT_TYPE) => return response,
            None => ProblemDocument { detail: None, ..ProblemDocument::new(status, word_of(status), "") }.into(),
        };
        let (parts, _) = response.into_parts();
        problem.0.request_id = Some(request);
        let mut completed = problem.render();
        completed.extensions_mut().insert(problem);
        for (name, value) in &parts.headers {
            if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
                completed.headers_mut().append(name, value.clone());
            }
        }
        completed
    }
}

fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

fn word_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not-found",
        StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
        _ => "refused",
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.render();
        if self.status == StatusCode::UNAUTHORIZED.as_u16() {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        let seconds = match self.status_code() {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => Some(1_u16),
            _ => None,
        };
        if let Some(seconds) = seconds {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        let mut response = Problem::too_many(self).into_response();
        response.headers_mut().insert(header::RETRY_AFTER, self.after.as_secs().into());
        response
    }
}

impl Deref for Problem {
    type Target = ProblemDocument;

    fn deref(&self) -> &ProblemDocument {
        &self.0
    }
}

/// A refusal of another party that is passed on as it is.
impl From<ProblemDocument> for Problem {
    fn from(document: ProblemDocument) -> Self {
        Self(document)
    }
}

/// A refusal that is kept, or told inside another message.
impl From<Problem> for ProblemDocument {
    fn from(problem: Problem) -> Self {
        problem.0
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// For a request that could not be served because another party did not serve ours.
impl From<WireError> for Problem {
    fn from(error: WireError) -> Self {
        tracing::warn!(%error, "peer");
        if error.is_passing() {
            return Self::unavailable("another party does not answer just now; try again");
        }
        Self::peer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_the_shape_of_rfc_9457_with_rows() {
        let problem = Problem::unprocessable("bad-rows", "2 of 10 rows were refused").with_rows(vec![
            RowProblem::of_field(3, "birthDate", "notADate", "write YYYY-MM-DD"),
            RowProblem::of_row(7, "duplicate", "stands twice"),
        ]);
        let text = serde_json::to_value(&*problem).unwrap();
        assert_eq!(
            text,
            serde_json::json!({
                "type": "urn:kenshin:problem:bad-rows", "title": "Unprocessable Entity", "status": 422, "detail": "2 of 10 rows were refused",
                "rows": [{"row": 3, "field": "birthDate", "code": "notADate", "detail": "write YYYY-MM-DD"},
                         {"row": 7, "code": "duplicate", "detail": "stands twice"}]
            })
        );
        assert_eq!(serde_json::from_value::<ProblemDocument>(text).unwrap(), *problem);
    }

    #[test]
    fn an_inner_failure_tells_the_caller_nothing_of_itself() {
        let problem = Problem::internal(&std::io::Error::other("/var/lib/secret.sqlite: 123456789018"));
        let text = serde_json::to_string(&*problem).unwrap();
        assert!(!text.contains("sqlite") && !text.contains("123456789018"), "{text}");
    }
}
