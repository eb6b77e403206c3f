//! A key under another key: AES-256-GCM with a random nonce. Few are ever wrapped under one key, so its bound is far.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use vocabulary::Entropy;
use zeroize::Zeroizing;

use crate::Secret;

/// Bytes of the nonce, which stand first.
pub const NONCE_LENGTH: usize = 12;

/// Nonce, ciphertext and tag. `None` cannot happen for 32 bytes, and is passed on rather than hidden.
pub fn wrap(by: &Secret, secret: &Secret, binding: &[u8], entropy: &dyn Entropy) -> Option<Vec<u8>> {
    let mut wrapped = vec![0; NONCE_LENGTH];
    entropy.fill(&mut wrapped);
    let nonce = Nonce::try_from(wrapped.as_slice()).ok()?;
    let ciphertext = Aes256Gcm::new(by.expose().into()).encrypt(&nonce, Payload { msg: secret.expose(), aad: binding }).ok()?;
    wrapped.extend_from_slice(&ciphertext);
    Some(wrapped)
}

/// The key again, or `None` when anything differs from how it was wrapped.
pub fn unwrap(by: &Secret, wrapped: &[u8], binding: &[u8]) -> Option<Secret> {
    let (nonce, ciphertext) = wrapped.split_first_chunk::<NONCE_LENGTH>()?;
    let plain = Aes256Gcm::new(by.expose().into()).decrypt(&Nonce::from(*nonce), Payload { msg: ciphertext, aad: binding }).ok()?;
    Secret::from_slice(&Zeroizing::new(plain))
}

#[cfg(test)]
mod tests {
    use vocabulary::SeededEntropy;

    use super::*;

    #[test]
    fn a_wrapped_key_opens_only_under_its_key_and_binding_and_unaltered() {
        let entropy = SeededEntropy::new(3);
        let (by, other, secret) = (Secret::random(&entropy), Secret::random(&entropy), Secret::random(&entropy));
        let wrapped = wrap(&by, &secret, b"here", &entropy).unwrap();
        assert_eq!(unwrap(&by, &wrapped, b"here").unwrap().expose(), secret.expose());
        assert!(unwrap(&other, &wrapped, b"here").is_none());
        assert!(unwrap(&by, &wrapped, b"there").is_none());
        for bit in 0..wrapped.len() * 8 {
            let mut altered = wrapped.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(unwrap(&by, &altered, b"here").is_none(), "bit {bit}");
        }
        assert!(unwrap(&by, &[], b"here").is_none());
    }
}
