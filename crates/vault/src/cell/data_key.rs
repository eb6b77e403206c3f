//! A data key: derives the key of a cell from its place, seals and opens.

use std::fmt;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce, Tag};
use hmac::Mac;
use zeroize::{Zeroize, Zeroizing};

use super::{Cell, NONCE_LENGTH, Parts, SEALING_ADDS, VERSION};
use crate::VaultError;
use seal::mac::{Keyed, keyed};
use seal::{Binding, Secret};

/// One version of a room's data key, ready for use.
pub(crate) struct DataKey {
    id: u32,
    derive: Keyed,
}

impl DataKey {
    pub(crate) fn new(id: u32, secret: &Secret) -> Self {
        Self { id, derive: keyed(secret) }
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    fn cipher(&self, binding: &Binding) -> Aes256Gcm {
        let mut key = self.derive.clone().chain_update(binding.bytes()).finalize().into_bytes();
        let cipher = Aes256Gcm::new(&key);
        key.zeroize();
        cipher
    }

    /// Appends the sealed value to `out`, which is left as it was when sealing fails.
    pub(crate) fn seal(
        &self,
        room: &str,
        cell: &Cell<'_>,
        nonce: [u8; NONCE_LENGTH],
        plain: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), VaultError> {
        let binding = cell.binding(room, self.id);
        let start = out.len();
        out.reserve(plain.len() + SEALING_ADDS);
        out.push(VERSION);
        out.extend_from_slice(&self.id.to_be_bytes());
        out.extend_from_slice(&nonce);
        let body = out.len();
        out.extend_from_slice(plain);
        let tag = out
            .get_mut(body..)
            .and_then(|body| self.cipher(&binding).encrypt_inout_detached(&Nonce::from(nonce), binding.bytes(), body.into()).ok());
        let Some(tag) = tag else {
            out.truncate(start);
            return Err(VaultError::TooLong);
        };
        out.extend_from_slice(&tag);
        Ok(())
    }

    /// Opens a value that `key_of` says is under this key.
    pub(crate) fn open(&self, room: &str, cell: &Cell<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let parts = Parts::of(sealed).filter(|parts| parts.key == self.id).ok_or(VaultError::NotSealed)?;
        let binding = cell.binding(room, self.id);
        let mut plain = Zeroizing::new(parts.ciphertext.to_vec());
        self.cipher(&binding)
            .decrypt_inout_detached(&Nonce::from(*parts.nonce), binding.bytes(), plain.as_mut_slice().into(), &Tag::from(*parts.tag))
            .map_err(|_| cell.refused())?;
        Ok(plain)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({}, …)", self.id)
    }
}
