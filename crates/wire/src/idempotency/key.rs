//! The `Idempotency-Key` of a request.

use axum::extract::FromRequestParts;
use http::request::Parts;
use vault::Vault;
use vocabulary::Id128;

use crate::problem::Problem;
use protocol::Digest;

const LONGEST: usize = 64;

/// A request that must have one effect: who asks, under which key, for what. An extractor; also to be had from the digest of a file.
#[derive(Clone, Debug)]
pub struct Once {
    caller: String,
    key: String,
    digest: Digest,
    vault: Option<Vault>,
}

impl Once {
    /// For work that does not come over the line: `caller` names who does it, `digest` what is to be done; the room's vault seals what is
    /// kept.
    pub fn new(caller: &str, key: Id128, digest: Digest, vault: &Vault) -> Self {
        Self { caller: caller.to_owned(), key: key.to_string(), digest, vault: Some(vault.clone()) }
    }

    /// The same request's part under another key.
    #[must_use]
    pub fn under(&self, key: Id128) -> Self {
        Self { key: key.to_string(), ..self.clone() }
    }

    /// The same to be kept in another room than the service's own.
    #[must_use]
    pub fn kept_by(self, vault: &Vault) -> Self {
        Self { vault: Some(vault.clone()), ..self }
    }

    /// From a header; `None` when it is no key.
    pub(crate) fn of_request(caller: &str, key: &str, digest: Digest, vault: Option<&Vault>) -> Option<Self> {
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (plain && (16..=LONGEST).contains(&key.len())).then(|| Self {
            caller: caller.to_owned(),
            key: key.to_owned(),
            digest,
            vault: vault.cloned(),
        })
    }

    /// Who asks.
    pub fn caller(&self) -> &str {
        &self.caller
    }

    /// Under which key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Of method, path and body, keyed: without the room's key nobody tries bodies until one fits.
    pub(super) fn mark(&self, vault: &Vault) -> [u8; 16] {
        vault.blind("idempotency", &self.digest.0)
    }

    /// What seals the response.
    pub(super) fn vault(&self) -> Option<&Vault> {
        self.vault.as_ref()
    }
}

impl<S: Sync> FromRequestParts<S> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

pub(crate) fn missing() -> Problem {
    Problem::bad_request(
        "idempotency-key-missing",
        "send an Idempotency-Key of 16 to 64 letters, digits, - and _; the same again for the same request",
    )
}
