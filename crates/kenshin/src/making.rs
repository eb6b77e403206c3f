//! A file in the making: it has its name when it is whole, and is never one of those it is made from.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;
use rustix::process::geteuid;
use vocabulary::{Entropy as _, SystemEntropy};

use crate::output::Usage;

const NO_LINK: i32 = OFlags::NOFOLLOW.bits().cast_signed();

/// Written beside the file it will be, as `<name>.<random>.part`, for its owner alone, since most of it is people's data; dropped before [`Making::finish`], nothing of it is left.
pub(crate) struct Making {
    path: PathBuf,
    part: Option<PathBuf>,
    file: BufWriter<File>,
}

impl Making {
    /// Begins; refused as wrong usage when the file is one of the inputs, by whatever name, or a link, which somebody else may have put there.
    pub(crate) fn of(path: &Path, inputs: &[&Path]) -> anyhow::Result<Making> {
        for input in inputs {
            if is_same(path, input) {
                return Err(Usage(format!("{} is the input itself: name another file to write", path.display())).into());
            }
        }
        // A device or a pipe cannot be replaced.
        let part = match fs::symlink_metadata(path) {
            _ if is_system(path) => None,
            Ok(there) if there.is_symlink() => {
                return Err(Usage(format!("{} is a link: name the file that it leads to", path.display())).into());
            }
            Ok(there) if !there.is_file() => None,
            _ => Some(beside(path)),
        };
        let file = match &part {
            Some(part) => {
                OpenOptions::new().write(true).create_new(true).mode(0o600).open(part).with_context(|| part.display().to_string())
            }
            None => open_pipe(path),
        }?;
        Ok(Making { path: path.to_owned(), part, file: BufWriter::new(file) })
    }

    /// Durable, under its name.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.file.flush()?;
        if let Some(part) = self.part.take() {
            self.file.get_ref().sync_all()?;
            fs::rename(&part, &self.path).with_context(|| self.path.display().to_string())?;
        }
        Ok(())
    }

    /// The same, refused when something has its name by then.
    pub(crate) fn finish_new(mut self) -> anyhow::Result<()> {
        self.file.flush()?;
        let Some(part) = &self.part else { bail!("{} is no file", self.path.display()) };
        self.file.get_ref().sync_all()?;
        match renameat_with(CWD, part, CWD, &self.path, RenameFlags::NOREPLACE) {
            // Not every file system can; a second name cannot replace one either.
            Err(Errno::INVAL | Errno::NOSYS) => fs::hard_link(part, &self.path),
            renamed => renamed.map_err(io::Error::from),
        }
        .with_context(|| self.path.display().to_string())
    }

    /// Where it will be.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            let _ = fs::remove_file(part);
        }
    }
}

impl Write for Making {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Opens a file for more of it, or makes it for its owner alone; a link is not followed.
pub(crate) fn append(path: &Path) -> anyhow::Result<File> {
    let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).custom_flags(NO_LINK).open(path);
    file.with_context(|| path.display().to_string())
}

/// Writes a file whole.
pub(crate) fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let mut making = Making::of(path, &[])?;
    making.write_all(content)?;
    making.finish()
}

/// What the system itself has made, and its links, such as that of standard output.
fn is_system(path: &Path) -> bool {
    path.parent().is_some_and(|folder| [Path::new("/dev"), Path::new("/dev/fd")].contains(&folder))
}

/// A device or a pipe: the system's, or one of this user's own, since whoever made it reads what is written.
fn open_pipe(path: &Path) -> anyhow::Result<File> {
    let opened = match path.to_str() {
        // As it was handed over, whoever owns it: opened by its path, a socket is refused and another user's pipe too.
        Some("/dev/stdout" | "/dev/fd/1") => io::stdout().as_fd().try_clone_to_owned().map(File::from),
        Some("/dev/stderr" | "/dev/fd/2") => io::stderr().as_fd().try_clone_to_owned().map(File::from),
        // A file behind a descriptor goes on where it ends.
        _ if is_system(path) => OpenOptions::new().append(true).open(path),
        _ => OpenOptions::new().write(true).custom_flags(NO_LINK).open(path),
    };
    let file = opened.with_context(|| path.display().to_string())?;
    let opened = file.metadata()?;
    if is_system(path) || (!opened.is_file() && opened.uid() == geteuid().as_raw()) {
        return Ok(file);
    }
    Err(Usage(format!("{} is a pipe or a device of another user, who would read what is written", path.display())).into())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.part", SystemEntropy.id128()));
    name.into()
}

/// One file by two names is one file: links of both kinds lead to it.
fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_file_of_people_is_its_owners_alone_and_written_where_nobody_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let (out, elsewhere) = (folder.path().join("out.csv"), folder.path().join("elsewhere"));
        fs::write(&out, "of yesterday").unwrap();
        fs::set_permissions(&out, fs::Permissions::from_mode(0o644)).unwrap();
        symlink(&elsewhere, folder.path().join("out.csv.part")).unwrap();
        let mut making = Making::of(&out, &[]).unwrap();
        making.write_all(b"rows").unwrap();
        making.flush().unwrap();
        let modes = || fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().metadata().unwrap());
        let made: Vec<u32> = modes().filter(|made| made.len() == 4).map(|made| made.permissions().mode() & 0o777).collect();
        assert_eq!(made, [0o600]);
        making.finish().unwrap();
        assert_eq!((fs::read_to_string(&out).unwrap().as_str(), elsewhere.exists()), ("rows", false));
        assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_pipe_of_this_users_is_written_into_and_one_of_anothers_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o622.into(), 0).unwrap();
        let mut reader = OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        write(&pipe, b"rows").unwrap();
        let mut read = [0; 4];
        std::io::Read::read_exact(&mut reader, &mut read).unwrap();
        assert_eq!(&read, b"rows");
        // Only root can make another's.
        if std::os::unix::fs::chown(&pipe, Some(geteuid().as_raw() + 1), None).is_ok() {
            let refused = write(&pipe, b"rows").unwrap_err();
            assert!(refused.is::<Usage>() && refused.to_string().contains("another user"), "{refused}");
        }
    }

    #[test]
    fn a_new_file_takes_the_place_of_none_that_came_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let mut making = Making::of(&out, &[]).unwrap();
        making.write_all(b"new").unwrap();
        fs::write(&out, "of another").unwrap();
        assert!(making.finish_new().is_err());
        assert_eq!((fs::read_to_string(&out).unwrap().as_str(), fs::read_dir(folder.path()).unwrap().count()), ("of another", 1));
        fs::remove_file(&out).unwrap();
        let mut making = Making::of(&out, &[]).unwrap();
        making.write_all(b"new").unwrap();
        making.finish_new().unwrap();
        assert_eq!((fs::read_to_string(&out).unwrap().as_str(), fs::read_dir(folder.path()).unwrap().count()), ("new", 1));
        symlink(&out, folder.path().join("link")).unwrap();
        assert!(append(&folder.path().join("link")).is_err() && append(&out).is_ok());
    }

    #[test]
    fn a_link_is_refused_wherever_it_leads_and_standard_output_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (link, other) = (folder.path().join("out.csv"), folder.path().join("other"));
        for there in [false, true] {
            if there {
                fs::write(&other, "of another").unwrap();
            }
            symlink(&other, &link).unwrap();
            let refused = write(&link, b"rows").unwrap_err();
            assert!(refused.is::<Usage>() && refused.to_string().contains("is a link"), "{refused}");
            assert_eq!((other.exists(), fs::symlink_metadata(&link).unwrap().is_symlink()), (there, true));
            fs::remove_file(&link).unwrap();
        }
        assert_eq!(fs::read_to_string(&other).unwrap(), "of another");
        write(Path::new("/dev/null"), b"rows").unwrap();
    }
}
