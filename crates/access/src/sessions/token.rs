//! Tokens and what is kept of them.

use sha2::{Digest, Sha256};
use vocabulary::{Entropy, Id128};
use zeroize::Zeroizing;

/// The secret that names a session, for the cookie; never printed.
pub struct SessionToken(Zeroizing<String>);

impl SessionToken {
    pub(super) fn new(entropy: &dyn Entropy) -> Self {
        SessionToken(Zeroizing::new(entropy.id128().to_string()))
    }

    /// 32 hexadecimal digits, for the cookie.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(***)")
    }
}

/// What is stored of a token that came with a request; `None` for what is no token.
pub(super) fn token_hash(token: &str) -> Option<[u8; 32]> {
    let id: Id128 = token.parse().ok()?;
    Some(hash(b"kenshin session", id.as_bytes()))
}

/// The name of the session of a token, for records of use: the beginning of the token's hash, which opens nothing.
pub(super) fn session_id(hash: &[u8; 32]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The word that the session's forms carry: derived from the token, so that it needs no place of its own and cannot be had from the table.
pub(super) fn csrf(token: &str) -> String {
    hash(b"kenshin csrf", token.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn hash(label: &[u8], bytes: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(label).chain_update([0]).chain_update(bytes).finalize().into()
}
