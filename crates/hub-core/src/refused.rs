//! Why the number side refuses.

use line::WireError;
use wire::Problem;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The caller is nobody's here.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Nothing is known under this name.
    #[error("{0} is not known here")]
    Unknown(&'static str),
    /// The name is taken by something else.
    #[error("{0}")]
    Conflict(&'static str),
    /// What is stored or was sent cannot be what it should be.
    #[error("{0}")]
    Malformed(&'static str),
    /// The request was made before, or cannot be kept.
    #[error(transparent)]
    Once(#[from] wire::idempotency::OnceError),
    /// Sealed lines do not open.
    #[error(transparent)]
    Sealing(#[from] protocol::sealing::SealingError),
    /// Another party.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// What is to be told to others.
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    /// The record of use.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

store::driver_errors!(HubError);
work::message_error!(HubError);

impl From<HubError> for Problem {
    fn from(error: HubError) -> Self {
        match error {
            HubError::Forbidden(_) => Problem::forbidden(error.to_string()),
            HubError::Unknown(_) => Problem::not_found(error.to_string()),
            HubError::Conflict(_) => Problem::conflict("taken", error.to_string()),
            HubError::Malformed(_) => Problem::unprocessable("malformed", error.to_string()),
            HubError::Once(error) => error.into(),
            HubError::Sealing(error) => error.into(),
            HubError::Wire(error) => error.into(),
            HubError::Outbox(error) => error.into(),
            HubError::Ledger(error) => error.into(),
            HubError::Vault(error) => error.into(),
            HubError::Store(error) => error.into(),
        }
    }
}
