//! Files that only their owner may read.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use super::PkiError;

/// Makes a folder that only its owner may enter, and those above it that are missing.
pub fn folder(path: &Path) -> Result<(), PkiError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|source| failed(path, source))
}

/// Writes a file with mode 0600 under another name first, so that nobody ever reads half a key.
pub fn write(path: &Path, content: &str) -> Result<(), PkiError> {
    let unfinished = path.with_extension("unfinished");
    let _ = fs::remove_file(&unfinished);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).map_err(|source| failed(&unfinished, source))?;
    file.write_all(content.as_bytes()).and_then(|()| file.sync_all()).map_err(|source| failed(&unfinished, source))?;
    fs::rename(&unfinished, path).map_err(|source| failed(path, source))
}

/// Reads a file of which no copy stays in memory.
pub fn read(path: &Path) -> Result<Zeroizing<String>, PkiError> {
    fs::read_to_string(path).map(Zeroizing::new).map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: std::io::Error) -> PkiError {
    PkiError::File { path: path.to_owned(), source }
}
