//! The keys of a room, as rows and in memory.
//!
//! ```text
//! master key (file or device)
//! └ municipality key, one per room
//!   ├ data keys        seal cells; the newest seals, all open
//!   ├ index key        blind indexes
//!   ├ token key        erasable identifiers for the record of use
//!   ├ stamp key        stamps on rows that only the room's own programs write
//!   ├ signing keys     one per name, several versions
//!   └ receiving keys   one per name and suite, several versions
//! ```
//!
//! To add a kind: a variant of [`KeyKind`], its place in `Ring`, a row in this picture.

pub(crate) mod ring;
pub(crate) mod rows;

use std::fmt;

use vocabulary::Timestamp;

use seal::hpke::Suite;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Wraps the other keys of the room.
    Municipality,
    /// Seals cells.
    Data,
    /// Makes blind indexes.
    Index,
    /// Makes erasable identifiers.
    Token,
    /// Stamps rows that only the room's own programs write.
    Stamp,
    /// Signs.
    Signing,
    /// Opens messages sealed with this suite.
    Receiving(Suite),
}

impl KeyKind {
    const ALL: [Self; 8] = [
        Self::Municipality,
        Self::Data,
        Self::Index,
        Self::Token,
        Self::Stamp,
        Self::Signing,
        Self::Receiving(Suite::XWing),
        Self::Receiving(Suite::X25519),
    ];

    /// As it stands in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Municipality => "municipality",
            Self::Data => "data",
            Self::Index => "index",
            Self::Token => "token",
            Self::Stamp => "stamp",
            Self::Signing => "signing",
            Self::Receiving(Suite::XWing) => "receiving-x-wing",
            Self::Receiving(Suite::X25519) => "receiving-x25519",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What may be told of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its number in the room; never used again.
    pub id: u32,
    /// What it is for.
    pub kind: KeyKind,
    /// The name of a signing or receiving key; empty for the others.
    pub name: String,
    /// Counts from 1 within kind and name.
    pub version: u32,
    /// When it was made.
    pub created: Timestamp,
}

/// What is left of a destroyed key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The key that was.
    pub key: KeyInfo,
    /// When it was destroyed.
    pub destroyed: Timestamp,
    /// SHA-256 of the wrapped key that was destroyed: a backup that still has it can be found by it.
    pub digest: [u8; 32],
    /// Why, in the words of whoever had it destroyed.
    pub reason: String,
}

/// The longest name of a signing or receiving key.
const LONGEST_NAME: usize = 60;

/// Whether this may name a signing or receiving key.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_./".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_word() {
        for kind in KeyKind::ALL {
            assert_eq!(KeyKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(KeyKind::parse("master"), None);
    }

    #[test]
    fn a_name_is_a_plain_word() {
        assert!(is_name("ledger") && is_name("relay.992020/inquiry"));
        for bad in ["", "Ledger", "a b", "é", &"a".repeat(61)] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
