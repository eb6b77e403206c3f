//! Why a party does not start, or refuses.

use line::WireError;
use protocol::messages::network::LIST_CHANGED;
use wire::Problem;
use wire::replay::ReplayError;

/// Why a party does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The name of a peer.
    #[error(transparent)]
    Party(#[from] vocabulary::PartyNameError),
    /// The room.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] catalogue::CatalogueError),
    /// A certificate cannot be made.
    #[error("the card authority cannot make its certificate")]
    Authority,
}

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum RefusedError {
    /// A line is no individual number.
    #[error("row {row}: not an individual number")]
    Number {
        /// Row of the batch, from 1.
        row: usize,
    },
    /// Nothing is known under this name.
    #[error("{0} is not known here")]
    Unknown(&'static str),
    /// What the law or the list does not allow.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The request was checked against a permission list that is no longer the current one.
    #[error("the permission list has changed: fetch it again")]
    ListChanged,
    /// A processing number (処理通番) stands for one use.
    #[error("the processing number was used before")]
    Used,
    /// What was sent is not what it should be.
    #[error("{0}")]
    Malformed(&'static str),
    /// A signature is not believed.
    #[error(transparent)]
    Signature(#[from] protocol::signed::SignedError),
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

work::message_error!(RefusedError);

impl From<diesel::result::Error> for RefusedError {
    fn from(error: diesel::result::Error) -> Self {
        RefusedError::Store(error.into())
    }
}

impl From<ReplayError> for RefusedError {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Refused(error) => RefusedError::Signature(error),
            ReplayError::Store(error) => RefusedError::Store(error),
        }
    }
}

impl From<RefusedError> for Problem {
    fn from(error: RefusedError) -> Self {
        match error {
            RefusedError::Number { .. } | RefusedError::Malformed(_) => Problem::unprocessable("malformed", error.to_string()),
            RefusedError::Unknown(_) => Problem::not_found(error.to_string()),
            RefusedError::Forbidden(_) => Problem::forbidden(error.to_string()),
            RefusedError::ListChanged => Problem::conflict(LIST_CHANGED, error.to_string()),
            RefusedError::Used => Problem::conflict("used", error.to_string()),
            RefusedError::Signature(refusal) => refusal.into(),
            RefusedError::Once(error) => error.into(),
            RefusedError::Sealing(error) => error.into(),
            RefusedError::Wire(error) => error.into(),
            RefusedError::Outbox(error) => error.into(),
            RefusedError::Ledger(error) => Problem::internal(&error),
            RefusedError::Vault(error) => Problem::internal(&error),
            RefusedError::Store(error) => error.into(),
        }
    }
}
