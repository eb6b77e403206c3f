//! Thirty-two secret bytes: the shape of every key here.

use core::fmt;

use vocabulary::Entropy;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Length of every key in bytes.
pub const KEY_LENGTH: usize = 32;

/// A key: never printed, never compared by accident, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; KEY_LENGTH]);

impl Secret {
    /// A new key from the given source of chance.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut secret = Self([0; KEY_LENGTH]);
        entropy.fill(&mut secret.0);
        secret
    }

    /// Takes over bytes that another key unwrapped; `None` when there are not 32.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self([0; KEY_LENGTH]);
        (bytes.len() == KEY_LENGTH).then(|| {
            secret.0.copy_from_slice(bytes);
            secret
        })
    }

    /// The bytes, for the cipher that needs them.
    pub fn expose(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::SeededEntropy;

    use super::*;

    #[test]
    fn a_key_is_masked_when_printed() {
        let secret = Secret::from_slice(&[0xab; KEY_LENGTH]).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn a_key_is_wiped_when_asked() {
        let mut secret = Secret::random(&SeededEntropy::new(1));
        assert_ne!(secret.expose(), &[0; KEY_LENGTH]);
        secret.zeroize();
        assert_eq!(secret.expose(), &[0; KEY_LENGTH]);
    }

    #[test]
    fn everything_that_keeps_a_key_is_wiped_when_dropped() {
        fn wiped<T: ZeroizeOnDrop>() {}
        wiped::<Secret>();
        // HMAC is two of these and says nothing of its own.
        wiped::<sha2::Sha256>();
        wiped::<ed25519_dalek::SigningKey>();
        wiped::<aes_gcm::aes::Aes256>();
    }

    #[test]
    fn a_key_has_exactly_thirty_two_bytes() {
        assert!(Secret::from_slice(&[1; 31]).is_none());
        assert!(Secret::from_slice(&[1; 33]).is_none());
    }
}
