//! Why an office refuses.

use axum::response::{IntoResponse, Response};
use wire::{Cause, Problem};

/// Why a page is not shown, or a form has no effect.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// Accounts and sessions.
    #[error(transparent)]
    Account(#[from] access::AccountError),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    OfficeError {}
    through { Account(access::AccountError) }
}

impl IntoResponse for OfficeError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
