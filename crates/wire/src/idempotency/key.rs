//! The `Idempotency-Key` of a request.

use axum::extract::FromRequestParts;
use http::request::Parts;
use vocabulary::Id128;

use crate::octets::Digest;
use crate::problem::Problem;

/// The header's name.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

const LONGEST: usize = 64;

/// A request that must have one effect: who asks, under which key, for what. An extractor; also to be had from the digest of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    caller: String,
    key: String,
    digest: Digest,
}

impl Once {
    /// For work that does not come over the line: `caller` names who does it, `digest` what is to be done.
    pub fn new(caller: &str, key: Id128, digest: Digest) -> Self {
        Self { caller: caller.to_owned(), key: key.to_string(), digest }
    }

    /// From a header; `None` when it is no key.
    pub(crate) fn of_request(caller: &str, key: &str, digest: Digest) -> Option<Self> {
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (plain && (16..=LONGEST).contains(&key.len())).then(|| Self { caller: caller.to_owned(), key: key.to_owned(), digest })
    }

    /// Who asks.
    pub fn caller(&self) -> &str {
        &self.caller
    }

    /// Under which key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// SHA-256 of method, path and body.
    pub fn digest(&self) -> Digest {
        self.digest
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
