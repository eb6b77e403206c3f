//! Why atena refuses.

use line::WireError;
use wire::Problem;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum AtenaError {
    /// A line is no individual number.
    #[error("row {row}: not an individual number")]
    Number {
        /// Row of the batch, from 0.
        row: usize,
    },
    /// Nothing is known under this name.
    #[error("{0} is not known here")]
    Unknown(&'static str),
    /// What is stored or was answered cannot be what it should be.
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

work::message_error!(AtenaError);

impl From<diesel::result::Error> for AtenaError {
    fn from(error: diesel::result::Error) -> Self {
        AtenaError::Store(error.into())
    }
}

impl From<AtenaError> for Problem {
    fn from(error: AtenaError) -> Self {
        match error {
            AtenaError::Number { .. } | AtenaError::Malformed(_) => Problem::unprocessable("malformed", error.to_string()),
            AtenaError::Unknown(_) => Problem::not_found(error.to_string()),
            AtenaError::Once(error) => error.into(),
            AtenaError::Sealing(error) => error.into(),
            AtenaError::Wire(error) => error.into(),
            AtenaError::Outbox(error) => error.into(),
            AtenaError::Ledger(error) => error.into(),
            AtenaError::Vault(error) => error.into(),
            AtenaError::Store(error) => error.into(),
        }
    }
}
