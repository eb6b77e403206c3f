//! Blind indexes and tokens: values that can be looked up or counted, and say nothing without the room's key. Stamps: what cannot be made without
//! it.

use std::fmt;

use hmac::Mac;

use seal::mac::{Keyed, keyed};
use seal::{Binding, Secret};

/// Bytes of a blind index or a token: 128 bits, so that two of a million values meet with a chance of 10⁻²⁷.
pub const INDEX_LENGTH: usize = 16;

/// Bytes of a stamp.
pub const STAMP_LENGTH: usize = 32;

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
        let whole = self.stamp(name, value);
        let mut blind = [0; INDEX_LENGTH];
        for (to, from) in blind.iter_mut().zip(whole) {
            *to = from;
        }
        blind
    }

    pub(crate) fn stamp(&self, name: &str, value: &[u8]) -> [u8; STAMP_LENGTH] {
        self.over(name, value).finalize().into_bytes().into()
    }

    /// Compares in the same time wherever they differ.
    pub(crate) fn is_stamp(&self, name: &str, value: &[u8], stamp: &[u8]) -> bool {
        self.over(name, value).verify_slice(stamp).is_ok()
    }

    fn over(&self, name: &str, value: &[u8]) -> Keyed {
        self.key.clone().chain_update(Binding::of(self.kind).part(name.as_bytes()).part(value).bytes())
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

    #[test]
    fn a_stamp_is_of_its_bytes_name_and_key_alone() {
        let secret = Secret::random(&SeededEntropy::new(7));
        let key = IndexKey::new("kenshin stamp 1", &secret);
        let stamp = key.stamp("head", b"12");
        assert!(key.is_stamp("head", b"12", &stamp));
        for bit in 0..stamp.len() * 8 {
            let mut altered = stamp;
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.is_stamp("head", b"12", &altered), "bit {bit}");
        }
        assert!(!key.is_stamp("head", b"13", &stamp) && !key.is_stamp("hea", b"d12", &stamp) && !key.is_stamp("head", b"12", &stamp[..16]));
        assert!(!IndexKey::new("kenshin index 1", &secret).is_stamp("head", b"12", &stamp));
        assert!(!IndexKey::new("kenshin stamp 1", &Secret::random(&SeededEntropy::new(8))).is_stamp("head", b"12", &stamp));
    }
}
