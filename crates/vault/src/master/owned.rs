//! Files beside a master key: they are its owner's, whoever ran the command that made them. The server writes in their folder, and a command of
//! root's must not be led by what it puts there: no link is followed, and nobody is given what this process has not just made.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::Path;

use rustix::fs::{AtFlags, Mode, OFlags};
use vocabulary::{Entropy as _, SystemEntropy};

use super::Marks;

/// No link is followed, and no pipe waited for.
const PLAIN: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// Gives what this process has just made to the owner of another where it may: what a command of root's leaves is the server's, which runs as
/// somebody else. A file that has a second name is nobody's to give.
fn give_to_owner(of: &Metadata, made: &File) -> io::Result<()> {
    let is = made.metadata()?;
    refuse_second_name(&is)?;
    if (of.uid(), of.gid()) == (is.uid(), is.gid()) {
        return Ok(());
    }
    match fchown(made, Some(of.uid()), Some(of.gid())) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        given => given,
    }
}

/// The same for the owner of the key; where there is no key yet, it is whose the process is.
pub(super) fn give_to_owner_of(key: &Path, made: &File) -> io::Result<()> {
    if key.exists() { give_to_owner(&fs::metadata(key)?, made) } else { Ok(()) }
}

fn refuse_second_name(is: &Metadata) -> io::Result<()> {
    if is.is_file() && is.nlink() > 1 { Err(io::Error::new(ErrorKind::InvalidInput, "the file has a second name")) } else { Ok(()) }
}

/// Opens a plain file for writing, or makes it for the owner of the key.
pub(super) fn open_or_make(key: &Path, path: &Path) -> io::Result<File> {
    let flags = i32::try_from(PLAIN.bits()).map_err(|_| ErrorKind::Unsupported)?;
    let open = |is_new: bool| OpenOptions::new().write(true).create_new(is_new).mode(0o600).custom_flags(flags).open(path);
    match open(true) {
        Ok(made) => {
            give_to_owner_of(key, &made)?;
            Ok(made)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let there = open(false)?;
            refuse_second_name(&there.metadata()?)?;
            Ok(there)
        }
        Err(error) => Err(error),
    }
}

/// Replaces a file of a folder that was opened, whole or not at all: it is written beside, hidden and for its owner alone, and renamed into place.
/// It belongs to the owner of `of` where this process may give it to them.
pub fn replace_in(folder: &File, name: &str, of: &Metadata, content: &[u8]) -> io::Result<()> {
    let beside = format!(".{}.part", SystemEntropy.id128());
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | PLAIN;
    let mut file = File::from(rustix::fs::openat(folder, &*beside, flags, Mode::RUSR | Mode::WUSR)?);
    let written = give_to_owner(of, &file).and_then(|()| file.write_all(content)).and_then(|()| file.sync_all());
    let replaced = written.and_then(|()| Ok(rustix::fs::renameat(folder, &*beside, folder, name)?));
    if replaced.is_err() {
        // Nothing is left of a disk that was full.
        let _ = rustix::fs::unlinkat(folder, &*beside, AtFlags::empty());
    }
    replaced
}

impl Marks {
    /// Replaces a file of the folder, whole or not at all.
    pub fn replace(&self, name: &str, text: &[u8]) -> io::Result<()> {
        let of = fs::metadata(&self.key)?;
        replace_in(&self.folder(&of)?, name, &of, text)
    }

    /// The folder's handle; it is made where it is not there.
    fn folder(&self, of: &Metadata) -> io::Result<File> {
        let is_new = match DirBuilder::new().mode(0o700).create(&self.folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            made => made.is_ok(),
        };
        let folder = File::from(rustix::fs::open(&self.folder, OFlags::RDONLY | OFlags::DIRECTORY | PLAIN, Mode::empty())?);
        if is_new {
            give_to_owner(of, &folder)?;
        }
        Ok(folder)
    }
}
