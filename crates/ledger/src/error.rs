use store::StoreError;

use crate::entry::EntryError;
use crate::merkle::ProofError;
use crate::note::NoteError;

/// Why something was not done because it could not be recorded, or why the record of use does not answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The database refused or cannot be reached.
    #[error("the record of use is not available: {0}")]
    Store(#[from] StoreError),
    /// The stored log contradicts itself; nothing is built upon it. `kenshin ledger verify` says where.
    #[error("the record of use is damaged: {0}; run `kenshin ledger verify`")]
    Damaged(&'static str),
    /// No witness has cosigned the record for longer than its setting allows, which requires one.
    #[error("no witness has cosigned the record of use for too long: nothing is recorded until one does")]
    Unwitnessed,
    /// The program stops: nobody commits any more.
    #[error("the record of use is closing")]
    Stopped,
    /// There is no list of people under that entry.
    #[error("no list of people lies under that entry")]
    NoList,
    /// The entry cannot be written as it is.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// There is no such proof.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A checkpoint that cannot be read.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The room's keys cannot be used.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
}

impl LedgerError {
    /// The HTTP status that a request which met this answers with: not the asker's fault, try again later.
    pub fn status(&self) -> u16 {
        match self {
            Self::Store(error) => error.status(),
            Self::Proof(_) | Self::NoList => 404,
            Self::Entry(_) => 400,
            _ => 503,
        }
    }
}

impl From<diesel::result::Error> for LedgerError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
