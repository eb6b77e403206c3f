//! Refusals as they go over the line: RFC 9457 problem documents, with one entry for each bad row of a batch.

use std::fmt;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::Id128;

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

const KIND: &str = "urn:kenshin:problem:";

/// One bad row of a batch: good rows go in, bad ones come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowProblem {
    /// Place in the request, from 1.
    pub row: u64,
    /// The field, as the message calls it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// One word that programs may go by.
    pub code: String,
    /// What is wrong and what to do; holds no value of the row.
    pub detail: String,
}

impl RowProblem {
    /// A problem of a whole row.
    pub fn of_row(row: u64, code: &str, detail: impl Into<String>) -> Self {
        Self { row, field: None, code: code.to_owned(), detail: detail.into() }
    }

    /// A problem of one field of a row.
    pub fn of_field(row: u64, field: &str, code: &str, detail: impl Into<String>) -> Self {
        Self { row, field: Some(field.to_owned()), code: code.to_owned(), detail: detail.into() }
    }
}

/// A refusal as it goes over the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// `urn:kenshin:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do; no personal data, no internals.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
    /// Under which the receiver's log tells more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>)]
    pub request_id: Option<Id128>,
    /// Bad rows of a batch.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rows: Vec<RowProblem>,
}

impl ProblemDocument {
    /// A refusal with a status, one word for programs and a sentence for people.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("{KIND}{code}"),
            title: status.canonical_reason().unwrap_or("Refused").to_owned(),
            status: status.as_u16(),
            detail: Some(detail.into()),
            request_id: None,
            rows: Vec::new(),
        }
    }

    /// The word for programs.
    pub fn code(&self) -> &str {
        self.kind.strip_prefix(KIND).unwrap_or(&self.kind)
    }

    /// The HTTP status; 500 for a number that is none.
    pub fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl fmt::Display for ProblemDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.code())?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(request) = self.request_id {
            write!(f, " (request {request})")?;
        }
        Ok(())
    }
}
