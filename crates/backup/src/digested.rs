//! Bytes that pass by, counted and digested.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use crate::Content;

/// What was seen of them.
#[derive(Default)]
pub(crate) struct Digested {
    bytes: u64,
    digest: Sha256,
}

impl Digested {
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.digest.update(bytes);
    }

    pub(crate) fn content(self) -> Content {
        Content { bytes: self.bytes, sha256: hex::encode(self.digest.finalize()) }
    }
}

/// A file whose bytes are digested as they are written or read.
pub(crate) struct Passing<F> {
    file: F,
    pub(crate) seen: Digested,
}

impl<F> Passing<F> {
    pub(crate) fn new(file: F) -> Self {
        Self { file, seen: Digested::default() }
    }
}

impl<F: Write> Write for Passing<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.seen.take(bytes.split_at(count).0);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl<F: Read> Read for Passing<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.seen.take(into.split_at(count).0);
        Ok(count)
    }
}
