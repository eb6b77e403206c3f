//! Why the relay refuses.

use line::WireError;
use wire::Problem;
use wire::replay::ReplayError;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// What the permission list or a permit does not allow.
    #[error("{0}")]
    Forbidden(&'static str),
    /// A signature is not believed.
    #[error(transparent)]
    Signed(#[from] protocol::signed::SignedError),
    /// What was sealed does not open, or cannot be sealed.
    #[error(transparent)]
    Hpke(#[from] seal::hpke::HpkeError),
    /// Nothing is known under this name.
    #[error("{0} is not known here")]
    Unknown(&'static str),
    /// What is stored or was answered cannot be what it should be.
    #[error("{0}")]
    Malformed(&'static str),
    /// The request was made before, or cannot be kept.
    #[error(transparent)]
    Once(#[from] wire::idempotency::OnceError),
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

work::message_error!(RelayError);

impl From<ReplayError> for RelayError {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Refused(error) => RelayError::Signed(error),
            ReplayError::Store(error) => RelayError::Store(error),
        }
    }
}

impl From<diesel::result::Error> for RelayError {
    fn from(error: diesel::result::Error) -> Self {
        RelayError::Store(error.into())
    }
}

impl From<RelayError> for Problem {
    fn from(error: RelayError) -> Self {
        match error {
            RelayError::Forbidden(_) => Problem::forbidden(error.to_string()),
            RelayError::Signed(error) => error.into(),
            RelayError::Hpke(_) | RelayError::Malformed(_) => Problem::unprocessable("malformed", error.to_string()),
            RelayError::Unknown(_) => Problem::not_found(error.to_string()),
            RelayError::Once(error) => error.into(),
            RelayError::Wire(error) => error.into(),
            RelayError::Outbox(error) => error.into(),
            RelayError::Ledger(error) => error.into(),
            RelayError::Vault(error) => error.into(),
            RelayError::Store(error) => error.into(),
        }
    }
}
