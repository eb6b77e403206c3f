//! The record of use, as an auditor is handed it.

use ledger::tiles::TilePath;
use ledger::{AddCheckpoint, Entry, SignedCheckpoint, VerifierKey};

use super::text;

pub(super) fn entry(input: &[u8]) {
    if let Ok(entry) = Entry::decode(input) {
        assert_eq!(entry.to_bytes().as_deref(), Ok(input), "an entry has one form");
    }
}

/// `keys` of a note are tried on it: nothing that a seed does not hold is signed.
pub(super) fn checkpoint(input: &[u8]) {
    let text = text(input);
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse::<VerifierKey>();
    for note in SignedCheckpoint::parse_all(&text).into_iter().flatten() {
        assert_eq!(SignedCheckpoint::parse(note.text()).as_ref(), Ok(&note), "a note is read back");
        assert!(key.as_ref().is_ok_and(|key| note.verify(key).is_err()), "nobody signed this with that key");
    }
}

pub(super) fn witness_request(input: &[u8]) {
    let text = text(input);
    if let Ok(asked) = text.parse::<AddCheckpoint>() {
        assert_eq!(asked.to_string(), text, "what a witness is asked has one form");
    }
}

pub(super) fn verifier_key(input: &[u8]) {
    for line in text(input).lines() {
        if let Ok(key) = line.parse::<VerifierKey>() {
            assert_eq!(key.to_string(), line, "a key has one form");
        }
    }
}

pub(super) fn tile_path(input: &[u8]) {
    for line in text(input).lines() {
        if let Ok(path) = line.parse::<TilePath>() {
            assert_eq!(path.to_string(), line, "a tile has one path");
        }
    }
}
