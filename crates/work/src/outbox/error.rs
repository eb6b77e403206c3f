//! Why the outbox does not do something.

use wire::Problem;

/// Why a message was not enqueued, found, or sent.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// No message waits under this name.
    #[error("no message of the outbox has this key")]
    Unknown,
    /// It is not a dead letter.
    #[error("the message is no dead letter: it is being sent, and can be dropped once it has waited for a day")]
    NotDead,
    /// Messages of this kind are still there.
    #[error("{0} have not all been taken yet")]
    Left(&'static str),
    /// What is stored is not what it should be.
    #[error("a stored message is damaged")]
    Damaged,
    /// The message cannot be written.
    #[error("a message that cannot be written")]
    Unwritable,
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

store::driver_errors!(OutboxError);

impl From<OutboxError> for Problem {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Unknown => Problem::not_found(error.to_string()),
            OutboxError::NotDead => Problem::conflict("not-dead", error.to_string()),
            OutboxError::Left(_) => Problem::unavailable("another party has not taken yet what must come first; try again"),
            OutboxError::Damaged | OutboxError::Unwritable => Problem::internal(&error),
            OutboxError::Ledger(error) => error.into(),
            OutboxError::Vault(error) => error.into(),
            OutboxError::Store(error) => error.into(),
        }
    }
}
