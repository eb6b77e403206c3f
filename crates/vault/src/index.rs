//! Blind indexes and tokens: values that can be looked up or counted, and say nothing without the room's key.

use std::fmt;

use hmac::Mac;

use seal::mac::{Keyed, keyed};
use seal::{Binding, Secret};

/// Bytes of a blind index or a token: 128 bits, so that two of a million values meet with a chance of 10⁻²⁷.
pub const INDEX_LENGTH: usize = 16;

/// A key that maps values of one kind to blind ones: equal to equal under one name, unrelated under another.
pub(crate) struct IndexKey {
    key: Keyed,
    kind: &'static str,
}

impl IndexKey {
    pub(crate) fn new(kind: &'static str, secret: &Secret) -> Self {
        Self { key: keyed(secret), kind }
    }

    pub(crate) fn blind(&self, name: &str, value: &[u8]) -> [u8; INDEX_LENGTH] {
        let binding = Binding::of(self.kind).part(name.as_bytes()).part(value);
        let whole = self.key.clone().chain_update(binding.bytes()).finalize().into_bytes();
        let mut blind = [0; INDEX_LENGTH];
        for (to, from) in blind.iter_mut().zip(whole) {
            *to = from;
        }
        blind
    }
}

impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use vocabulary::SeededEntropy;

    use super::*;

    #[test]
    fn equal_values_meet_and_others_do_not() {
        let key = IndexKey::new("kenshin index 1", &Secret::random(&SeededEntropy::new(7)));
        assert_eq!(key.blind("number", b"123456789018"), key.blind("number", b"123456789018"));
        let all: HashSet<_> = (0..10_000_u32).map(|i| key.blind("number", &i.to_be_bytes())).collect();
        assert_eq!(all.len(), 10_000);
    }

    #[test]
    fn one_value_under_two_names_kinds_or_keys_is_unrelated() {
        let secret = Secret::random(&SeededEntropy::new(7));
        let index = IndexKey::new("kenshin index 1", &secret);
        let token = IndexKey::new("kenshin token 1", &secret);
        let other = IndexKey::new("kenshin index 1", &Secret::random(&SeededEntropy::new(8)));
        let all = [index.blind("a", b"v"), index.blind("b", b"v"), token.blind("a", b"v"), other.blind("a", b"v"), index.blind("av", b"")];
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }
}
