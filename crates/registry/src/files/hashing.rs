//! The digest of a file, taken while it is read.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use vault::Vault;

/// A digest of people's data as it may be stored: keyed, so that nobody can try what it may be of.
pub(crate) fn keyed(vault: &Vault, digest: &[u8; 32]) -> [u8; 32] {
    let mut keyed = [0; 32];
    let halves = [vault.blind("file digest 1", digest), vault.blind("file digest 2", digest)];
    keyed.copy_from_slice(halves.as_flattened());
    keyed
}

/// A reader that digests what passes.
#[derive(Debug)]
pub(crate) struct Hashing<R> {
    inner: R,
    digest: FileDigest,
}

/// SHA-256 of what has passed so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileDigest(Arc<Mutex<Sha256>>);

impl<R: Read> Hashing<R> {
    /// The reader, and where its digest can be asked for when it has been read to the end.
    pub(crate) fn new(inner: R) -> (Hashing<R>, FileDigest) {
        let digest = FileDigest::default();
        (Hashing { inner, digest: digest.clone() }, digest)
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut digest = self.digest.0.lock().unwrap_or_else(PoisonError::into_inner);
        digest.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl FileDigest {
    /// The digest of what has passed.
    pub(crate) fn value(&self) -> [u8; 32] {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().finalize().into()
    }
}
