//! The folder by its handle: a file is opened by its name within it, no link is followed, and what was opened is what is looked at.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::MediaError;

/// A file is not waited for, as a pipe would be.
const PLAIN: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);
/// Written over a file at a time.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

#[derive(Debug)]
pub(super) struct Folder {
    handle: File,
    path: PathBuf,
}

/// Whether this is the name of a file and nothing more.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |c: char| !matches!(c, '/' | '\\') && !c.is_control();
    (1..=255).contains(&name.len()) && !name.starts_with('.') && name.chars().all(plain)
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, MediaError> {
        let path = fs::canonicalize(path)?;
        let handle = rustix::fs::open(&path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
        Ok(Self { handle: File::from(handle.map_err(std::io::Error::from)?), path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A plain file; none when there is nothing of that name.
    pub(super) fn read(&self, name: &str) -> Result<Option<File>, MediaError> {
        self.plain(name, OFlags::RDONLY)
    }

    fn plain(&self, name: &str, how: OFlags) -> Result<Option<File>, MediaError> {
        if !is_name(name) {
            return Err(MediaError::Name);
        }
        let not_plain = || MediaError::NotPlain(name.to_owned());
        let file = match rustix::fs::openat(&self.handle, name, how | PLAIN, Mode::empty()) {
            Ok(file) => File::from(file),
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP | Errno::NXIO | Errno::ISDIR) => return Err(not_plain()),
            Err(error) => return Err(std::io::Error::from(error).into()),
        };
        if file.metadata()?.is_file() { Ok(Some(file)) } else { Err(not_plain()) }
    }

    /// Writes beside and renames. It is the owner of the folder's, whoever ran the command: the server reads it, and erases it in time.
    pub(super) fn put(&self, name: &str, content: &[u8]) -> Result<(), MediaError> {
        Ok(vault::replace_in(&self.handle, name, &self.handle.metadata()?, content)?)
    }

    /// Writes over a file and takes it away, if its content is ours → whether it was.
    pub(super) fn erase(&self, name: &str, is_ours: impl FnOnce(&[u8]) -> bool) -> Result<bool, MediaError> {
        let mut file = match self.plain(name, OFlags::RDWR) {
            Ok(Some(file)) => file,
            Ok(None) | Err(MediaError::NotPlain(_) | MediaError::Name) => return Ok(false),
            Err(error) => return Err(error),
        };
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        if !is_ours(&content) {
            return Ok(false);
        }
        file.rewind()?;
        for piece in content.chunks(ZEROS.len()) {
            file.write_all(ZEROS.get(..piece.len()).unwrap_or_default())?;
        }
        file.sync_all()?;
        rustix::fs::unlinkat(&self.handle, name, AtFlags::empty()).map_err(std::io::Error::from)?;
        Ok(true)
    }
}
