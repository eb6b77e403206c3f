//! The card's file: held by one at a time, replaced whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use protocol::Octets;
use serde::{Deserialize, Serialize};

use super::CardError;
use super::key::SealedKey;

/// What the file says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    /// PKCS#10, DER.
    pub(super) request: Octets,
    /// Under the PIN.
    pub(super) key: SealedKey,
    /// X.509, DER.
    pub(super) certificate: Option<Octets>,
    /// Until it is locked.
    pub(super) tries: u8,
}

/// The file while nobody else may use it: two tries at once must count as two.
#[derive(Debug)]
pub(super) struct Held {
    path: PathBuf,
    _lock: File,
}

impl Held {
    pub(super) fn create(path: &Path, content: &Content) -> Result<(), CardError> {
        let held = Self::lock(path)?;
        if path.exists() {
            return Err(CardError::Exists(path.to_owned()));
        }
        held.write(content)
    }

    pub(super) fn open(path: &Path) -> Result<Self, CardError> {
        if !path.exists() {
            return Err(failed(path, ErrorKind::NotFound.into()));
        }
        Self::lock(path)
    }

    fn lock(path: &Path) -> Result<Self, CardError> {
        let lock = beside(path, "lock");
        let file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&lock) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => OpenOptions::new().write(true).open(&lock),
            made => made,
        };
        let file = file.map_err(|error| failed(&lock, error))?;
        file.lock().map_err(|error| failed(&lock, error))?;
        Ok(Self { path: path.to_owned(), _lock: file })
    }

    pub(super) fn read(&self) -> Result<Content, CardError> {
        let text = std::fs::read(&self.path).map_err(|error| failed(&self.path, error))?;
        serde_json::from_slice(&text).map_err(|_| CardError::Damaged(self.path.clone()))
    }

    /// Durable when it returns: a count that a crash forgets would be a try for free.
    pub(super) fn write(&self, content: &Content) -> Result<(), CardError> {
        let text = serde_json::to_vec_pretty(content).map_err(|_| CardError::Damaged(self.path.clone()))?;
        let new = beside(&self.path, "new");
        replace(&self.path, &new, &text).map_err(|error| failed(&self.path, error))
    }
}

fn replace(path: &Path, new: &Path, text: &[u8]) -> io::Result<()> {
    let _ = std::fs::remove_file(new);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(new)?;
    file.write_all(text)?;
    file.sync_all()?;
    std::fs::rename(new, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn failed(path: &Path, source: io::Error) -> CardError {
    CardError::File { path: path.to_owned(), source }
}
