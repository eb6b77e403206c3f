//! What can go wrong in the vault. No text here holds a value, a row key or a key.

use store::StoreError;

use crate::master::MasterKeyError;
use seal::hpke::HpkeError;

/// Why the vault did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The bytes do not have the layout of a sealed value.
    #[error("these bytes are not a sealed value")]
    NotSealed,
    /// Altered, or moved here from another row, column, table or room.
    #[error("the sealed value in {table}.{column} does not open: it was altered or belongs to another place")]
    DoesNotOpen {
        /// Where it was found.
        table: String,
        /// Where it was found.
        column: String,
    },
    /// Sealed with a data key that this room does not have.
    #[error("the value is sealed with data key {0}, which this room does not have")]
    UnknownKey(u32),
    /// Sealed with a data key that was destroyed; the certificate stands in `vault_certificate`.
    #[error("the value is sealed with data key {0}, which was destroyed: nobody can open it")]
    Destroyed(u32),
    /// All keys of the room were destroyed.
    #[error("the keys of the room {0} were destroyed: nothing in it can be opened or sealed")]
    RoomDestroyed(String),
    /// A value longer than one message of AES-GCM.
    #[error("the value is too long to be sealed")]
    TooLong,
    /// A stored key does not open under the key above it, though that is the right one: the row was altered.
    #[error("key {id} ({kind}) of the room {room} does not open: the row was altered or moved")]
    AlteredKey {
        /// The room.
        room: String,
        /// The row.
        id: u32,
        /// What it should be.
        kind: String,
    },
    /// No key has this number, or not one that may be treated so.
    #[error("the room has no key {0} that this can be done to")]
    NoSuchKey(u32),
    /// The data key that seals; a new one has to take its place first.
    #[error("data key {0} seals in this room: make a new one and seal the tables anew first")]
    StillSeals(u32),
    /// Another process may not know the newer data key yet, and seal with the earlier one.
    #[error("other processes may seal with an earlier data key for {minutes} minutes more: do it again then")]
    TooSoon {
        /// How long.
        minutes: i64,
    },
    /// Keys are destroyed, and what is left of them lies in the database's own files until [`Vault::scrub`](crate::Vault::scrub) takes it out.
    #[error("the key is destroyed, and its remains still lie in the database's files: {0}")]
    NotScrubbed(StoreError),
    /// A name for a signing or receiving key that is empty or longer than 60 bytes.
    #[error("not a name for a key: 1 to 60 characters of a-z, 0-9, '-', '_', '.', '/'")]
    BadName,
    /// The master key is missing, is another one, or its device is not reachable.
    #[error("the room {room} cannot be unlocked: {error}")]
    Master {
        /// The room.
        room: String,
        /// What the master key said.
        error: MasterKeyError,
    },
    /// A receiving key could not be used.
    #[error(transparent)]
    Hpke(#[from] HpkeError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for VaultError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl VaultError {
    /// Whether it is this one sealed value that cannot be opened, and will not be; other causes are the room's, and pass or stop everybody.
    pub const fn is_of_one_value(&self) -> bool {
        matches!(self, VaultError::NotSealed | VaultError::DoesNotOpen { .. } | VaultError::Destroyed(_))
    }
}
