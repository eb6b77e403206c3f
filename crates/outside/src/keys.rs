//! Identifiers of 128 bits, as columns and as idempotency keys.

use sha2::{Digest as _, Sha256};
use vocabulary::Id128;

/// From a column; `None` when it has another length.
pub(crate) fn id128(bytes: &[u8]) -> Option<Id128> {
    Some(Id128::from_bytes(bytes.try_into().ok()?))
}

/// How a person is named in the record of use who is known by such an identifier alone.
pub(crate) fn named(bytes: &[u8]) -> String {
    id128(bytes).map(|id| id.to_string()).unwrap_or_default()
}

/// The key under which a batch is sent: the same parts make the same key, so that a batch sent again after a crash has no second effect.
pub(crate) fn key_of<T: AsRef<[u8]>>(kind: &str, parts: impl Iterator<Item = T>) -> Id128 {
    let mut digest = Sha256::new_with_prefix(kind.as_bytes());
    for part in parts {
        let part = part.as_ref();
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest: [u8; 32] = digest.finalize().into();
    let mut key = [0; 16];
    key.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    Id128::from_bytes(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_run_together_make_other_keys() {
        assert_eq!(key_of("a", ["b", "c"].iter()), key_of("a", ["b", "c"].iter()));
        assert_ne!(key_of("a", ["bc"].iter()), key_of("a", ["b", "c"].iter()));
        assert_ne!(key_of("a", ["b"].iter()), key_of("b", ["b"].iter()));
    }
}
