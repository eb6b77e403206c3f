//! Why an office refuses.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use wire::Problem;

/// Why a page is not shown, or a form has no effect.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// Accounts and sessions.
    #[error(transparent)]
    Account(#[from] access::AccountError),
    /// The record of use.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

store::driver_errors!(OfficeError);

impl From<OfficeError> for Problem {
    fn from(error: OfficeError) -> Self {
        match error {
            OfficeError::Account(access::AccountError::Store(error)) => error.into(),
            OfficeError::Account(error) => {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Problem::new(status, "account", error.to_string())
            }
            OfficeError::Ledger(error) => error.into(),
            OfficeError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for OfficeError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
