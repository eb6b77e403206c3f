//! The machine a session was opened on.

use sha2::{Digest, Sha256};

/// What tells one terminal from another: the browser's own name for itself, and the terminal's id where the network knows one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal<'a> {
    /// The `User-Agent` of the request.
    pub agent: &'a str,
    /// The terminal's registered id (its certificate or address), if there is one.
    pub id: Option<&'a str>,
}

impl Terminal<'_> {
    pub(super) fn hash(&self) -> [u8; 32] {
        let length = u64::try_from(self.agent.len()).unwrap_or(u64::MAX).to_be_bytes();
        let id = [&[u8::from(self.id.is_some())], self.id.unwrap_or_default().as_bytes()].concat();
        Sha256::new().chain_update(length).chain_update(self.agent).chain_update(id).finalize().into()
    }
}
