//! The card's key under its PIN.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use protocol::Octets;
use serde::{Deserialize, Serialize};
use vocabulary::Entropy;
use zeroize::Zeroizing;

const BOUND_TO: &[u8] = b"kenshin card key 1";

/// A key that opens with the PIN: Argon2id with the parameters that stand here, AES-256-GCM.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealedKey {
    memory_kib: u32,
    passes: u32,
    salt: Octets,
    nonce: Octets,
    sealed: Octets,
}

/// Most that a card's file may ask of the machine: a file that was tampered with must not take its memory or its afternoon.
const MOST_MEMORY_KIB: u32 = 64 << 10;
const MOST_PASSES: u32 = 8;

fn cipher(pin: &str, salt: &[u8], params: Params) -> Option<Aes256Gcm> {
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(pin.as_bytes(), salt, key.as_mut_slice()).ok()?;
    Aes256Gcm::new_from_slice(key.as_slice()).ok()
}

/// `None` only when the machine has no memory for it.
pub(super) fn seal(pin: &str, plain: &[u8], entropy: &dyn Entropy) -> Option<SealedKey> {
    let (salt, nonce) = (entropy.id128(), entropy.id128());
    let nonce: [u8; 12] = *nonce.as_bytes().first_chunk()?;
    let params = Params::DEFAULT;
    let (memory_kib, passes) = (params.m_cost(), params.t_cost());
    let sealed = cipher(pin, salt.as_bytes(), params)?.encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: BOUND_TO }).ok()?;
    Some(SealedKey { memory_kib, passes, salt: Octets(salt.as_bytes().to_vec()), nonce: Octets(nonce.to_vec()), sealed: Octets(sealed) })
}

/// `None` for another PIN.
pub(super) fn open(pin: &str, key: &SealedKey) -> Option<Zeroizing<Vec<u8>>> {
    if key.memory_kib > MOST_MEMORY_KIB || key.passes > MOST_PASSES {
        return None;
    }
    let params = Params::new(key.memory_kib, key.passes, 1, None).ok()?;
    let nonce = Nonce::try_from(key.nonce.as_slice()).ok()?;
    let cipher = cipher(pin, key.salt.as_slice(), params)?;
    cipher.decrypt(&nonce, Payload { msg: key.sealed.as_slice(), aad: BOUND_TO }).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use vocabulary::SystemEntropy;

    use super::*;

    #[test]
    fn a_file_that_asks_for_all_the_memory_or_all_the_time_is_refused() {
        let key = seal("1234", b"key", &SystemEntropy).unwrap();
        assert_eq!(open("1234", &key).unwrap().as_slice(), b"key");
        assert!(open("1234", &SealedKey { memory_kib: u32::MAX, ..key.clone() }).is_none());
        assert!(open("1234", &SealedKey { passes: u32::MAX, ..key }).is_none());
    }
}
