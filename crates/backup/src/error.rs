use std::io;

use ledger::LedgerError;
use seal::hpke::HpkeError;
use store::{CopyError, StoreError};

/// Why a backup was not made, or not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It is none, or not of this format.
    #[error("this is no backup that this program can read: {0}")]
    NoBackup(&'static str),
    /// It was sealed to another key.
    #[error("the backup is sealed to another key than the one that was given")]
    OtherKey,
    /// It is not as it was made.
    #[error("the backup is not as it was made: a part of it is altered, missing or cut off")]
    NotWhole,
    /// A key of backups that is none.
    #[error("not a {0} half of a key of backups, as `kenshin init` makes it")]
    BadKey(&'static str),
    /// Made on the other kind of database.
    #[error("the backup holds rooms of {0}, which cannot be put back on another database")]
    OtherDatabase(super::DatabaseKind),
    /// Something is where it would be put.
    #[error("{0} is there already: a backup is put back into an empty place")]
    NotEmpty(String),
    /// What was put back is not what was copied.
    #[error("what was put back is not what the backup says: {}", .0.join("; "))]
    NotTheSame(Vec<String>),
    /// It holds what was copied, and that was not well.
    #[error("the records of use were not whole when they were copied: {}", .0.join("; "))]
    Findings(Vec<String>),
    /// A room could not be copied or put back.
    #[error("the room {0}: {1}")]
    Room(String, CopyError),
    /// A file of the deployment.
    #[error("{0}: {1}")]
    File(String, io::Error),
    /// The file of the backup itself.
    #[error("the backup: {0}")]
    Bytes(io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// What does not open says so through the reader.
impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<HpkeError>()) {
            Some(HpkeError::OtherKey) => Self::OtherKey,
            Some(_) => Self::NotWhole,
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::NotWhole,
            None => Self::Bytes(error),
        }
    }
}

impl BackupError {
    /// Whether the backup is what is wrong, and not the machine that looks at it.
    pub fn is_of_backup(&self) -> bool {
        matches!(self, Self::NoBackup(_) | Self::NotWhole | Self::NotTheSame(_) | Self::Findings(_))
    }

    pub(crate) fn of_room(room: &str, error: CopyError) -> Self {
        match error {
            CopyError::Bytes(error) if error.get_ref().is_some_and(|inner| inner.is::<HpkeError>()) => error.into(),
            error => Self::Room(room.to_owned(), error),
        }
    }
}
