//! Names made from what they name: the same again is the same name, so that what is sent again after a crash has no second effect.

use sha2::{Digest as _, Sha256};
use vocabulary::Id128;

/// The first 128 bits of SHA-256 over the kind and the parts, each with its length.
pub fn id_of(kind: &str, parts: &[&[u8]]) -> Id128 {
    let mut digest = Sha256::new_with_prefix(kind.as_bytes());
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest: [u8; 32] = digest.finalize().into();
    let mut id = [0; 16];
    id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    Id128::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_run_together_make_other_names() {
        assert_eq!(id_of("a", &[b"b", b"c"]), id_of("a", &[b"b", b"c"]));
        assert_ne!(id_of("a", &[b"bc"]), id_of("a", &[b"b", b"c"]));
        assert_ne!(id_of("a", &[b"b"]), id_of("b", &[b"b"]));
    }
}
