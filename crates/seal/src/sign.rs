//! Signatures: Ed25519 under a named key.

use std::fmt;
use std::sync::Arc;

use ed25519_dalek::Signer as _;
pub use ed25519_dalek::{SIGNATURE_LENGTH, Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::Secret;

/// Signs in the name of one key. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    name: Arc<str>,
    version: u32,
    key: Arc<ed25519_dalek::SigningKey>,
}

impl Signer {
    /// The signer of a key: `name` is what it is called where it is kept, `version` counts from 1.
    pub fn new(name: &str, version: u32, secret: &Secret) -> Self {
        Self { name: name.into(), version, key: Arc::new(ed25519_dalek::SigningKey::from_bytes(secret.expose())) }
    }

    /// Signs the message. The same message gives the same signature (RFC 8032).
    pub fn sign(&self, message: &[u8]) -> Signature {
        self.key.sign(message)
    }

    /// What others verify with.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// The first eight bytes of the verifying key's SHA-256, in hexadecimal: what a signature says it was made with.
    pub fn key_id(&self) -> String {
        key_id(&self.verifying_key())
    }

    /// The key's name where it is kept.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Counts from 1; one more after every rotation.
    pub fn version(&self) -> u32 {
        self.version
    }
}

/// The key id of any party's verifying key, as [`Signer::key_id`].
pub fn key_id(key: &VerifyingKey) -> String {
    Sha256::digest(key.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Verifies strictly: no small-order key, no second form of a signature (`verify_strict` of RFC 8032 §5.1.7 and more).
pub fn verify(key: &VerifyingKey, message: &[u8], signature: &Signature) -> bool {
    key.verify_strict(message, signature).is_ok()
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({} {}, {})", self.name, self.version, self.key_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        text.as_bytes().chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn a_signature_is_that_of_rfc_8032() {
        // RFC 8032 §7.1, TEST 3.
        let secret = Secret::from_slice(&hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")).unwrap();
        let signer = Signer::new("test", 1, &secret);
        assert_eq!(signer.verifying_key().as_bytes().to_vec(), hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"));
        let signature = signer.sign(&hex("af82"));
        assert_eq!(
            signature.to_bytes().to_vec(),
            hex(
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            )
        );
        assert!(verify(&signer.verifying_key(), &hex("af82"), &signature));
        assert!(!verify(&signer.verifying_key(), &hex("af83"), &signature));
    }

    #[test]
    fn a_signer_shows_its_name_and_never_its_key() {
        let secret = Secret::from_slice(&[0x5a; 32]).unwrap();
        let shown = format!("{:?}", Signer::new("ledger", 2, &secret));
        assert!(shown.starts_with("Signer(ledger 2, "), "{shown}");
        assert!(!shown.contains("5a5a") && !shown.contains("90, 90"), "{shown}");
    }
}
