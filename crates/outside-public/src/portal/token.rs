//! Bearer tokens: 256 random bits, of which only the hash is stored.

use protocol::Private;
use sha2::{Digest as _, Sha256};
use vocabulary::Entropy;

/// What is stored of a token.
pub(super) type Hash = [u8; 32];

/// A new token, and what is stored of it.
pub(super) fn new(entropy: &dyn Entropy) -> (Private<String>, Hash) {
    let token = hex::encode(entropy.key());
    let hash = hash(&token);
    (Private::new(token), hash)
}

/// What is stored of this token.
pub(super) fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}
