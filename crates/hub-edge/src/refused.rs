//! Why the public side refuses.

use protocol::RowProblem;
use wire::Problem;

/// Why a request ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    /// Nothing is known under this name, or not of this person.
    #[error("{0} is not known here")]
    Unknown(&'static str),
    /// The pseudonym or the key is bound to another, or the pseudonym was revoked.
    #[error("the pseudonym or the key is bound otherwise: a pseudonym binds to one key, once")]
    BoundOtherwise,
    /// The name is taken by something else.
    #[error("{0}")]
    Conflict(&'static str),
    /// The message contradicts itself or what is stored.
    #[error("{0}")]
    Malformed(&'static str),
    /// Answers that the questionnaire does not take.
    #[error("the questionnaire does not take these answers")]
    Answers(Vec<RowProblem>),
    /// The request was made before, or cannot be kept.
    #[error(transparent)]
    Once(#[from] wire::idempotency::OnceError),
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

store::driver_errors!(EdgeError);

impl From<EdgeError> for Problem {
    fn from(error: EdgeError) -> Self {
        match error {
            EdgeError::Unknown(_) => Problem::not_found(error.to_string()),
            EdgeError::BoundOtherwise => Problem::conflict("bound-otherwise", error.to_string()),
            EdgeError::Conflict(_) => Problem::conflict("taken", error.to_string()),
            EdgeError::Malformed(_) => Problem::unprocessable("malformed", error.to_string()),
            EdgeError::Answers(rows) => Problem::unprocessable("bad-answers", "some answers do not fit their questions").with_rows(rows),
            EdgeError::Once(error) => error.into(),
            EdgeError::Ledger(error) => error.into(),
            EdgeError::Vault(error) => error.into(),
            EdgeError::Store(error) => error.into(),
        }
    }
}
