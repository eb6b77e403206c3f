//! Sealed cells: a value of a column, readable only in the room, table, row and column it was sealed for.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this layout, 1 |
//! | 4 | number of the data key, big-endian |
//! | 12 | nonce |
//! | n + 16 | AES-256-GCM ciphertext and tag |
//!
//! The data key itself encrypts nothing. Each cell has a key of its own, HMAC-SHA-256 of its place under the data key, and the place is
//! the associated data besides. So the bound of random nonces (2³² messages under one key, NIST SP 800-38D 8.3) counts how often *one cell*
//! is sealed anew, not how often the room seals anything: a cell written once a second reaches it in 136 years. No counter has to be kept
//! between processes, and a data key is changed for its age (`Vault::rotate`), not for its use. It holds as long as rows are told apart:
//! a row key that is the same for every row would spend the bound of one cell on all of them.

mod data_key;
mod nonce;

pub(crate) use data_key::DataKey;
pub(crate) use nonce::Nonces;

use crate::VaultError;
use seal::Binding;

const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;

/// What sealing adds to the length of a value.
pub const SEALING_ADDS: usize = 1 + 4 + NONCE_LENGTH + TAG_LENGTH;

/// The place of a value: table, row and column. The room is the vault's own.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    table: &'a str,
    row: &'a [u8],
    column: &'a str,
    beside: &'a [&'a [u8]],
}

impl<'a> Cell<'a> {
    /// Names a place. `row` is what tells the row from every other of its table for as long as it lives (its primary key).
    pub fn new(table: &'a str, row: &'a (impl AsRef<[u8]> + ?Sized), column: &'a str) -> Self {
        Self { table, row: row.as_ref(), column, beside: &[] }
    }

    /// Bound to what stands in plain columns of its row too: the value opens beside these alone, in this order.
    #[must_use]
    pub fn beside(self, plain: &'a [&'a [u8]]) -> Self {
        Self { beside: plain, ..self }
    }

    /// The same row's other column.
    pub fn column(self, column: &'a str) -> Self {
        Self { column, ..self }
    }

    fn binding(&self, room: &str, key: u32) -> Binding {
        let place = Binding::of("kenshin cell 1")
            .part(&key.to_be_bytes())
            .part(room.as_bytes())
            .part(self.table.as_bytes())
            .part(self.row)
            .part(self.column.as_bytes());
        self.beside.iter().fold(place, |place, plain| place.part(plain))
    }

    fn refused(&self) -> VaultError {
        VaultError::DoesNotOpen { table: self.table.into(), column: self.column.into() }
    }
}

/// The parts of a sealed value.
struct Parts<'a> {
    key: u32,
    nonce: &'a [u8; NONCE_LENGTH],
    ciphertext: &'a [u8],
    tag: &'a [u8; TAG_LENGTH],
}

impl<'a> Parts<'a> {
    fn of(sealed: &'a [u8]) -> Option<Self> {
        let (&[VERSION], rest) = sealed.split_first_chunk()? else { return None };
        let (key, rest) = rest.split_first_chunk()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (ciphertext, tag) = rest.split_last_chunk()?;
        Some(Self { key: u32::from_be_bytes(*key), nonce, ciphertext, tag })
    }
}

/// The number of the data key a value was sealed with, or `None` when it is not a sealed value.
pub(crate) fn key_of(sealed: &[u8]) -> Option<u32> {
    Parts::of(sealed).map(|parts| parts.key)
}
