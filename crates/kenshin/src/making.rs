//! A file in the making: it has its name when it is whole, and is never one of those it is made from.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use vocabulary::{Entropy as _, SystemEntropy};

use crate::output::Usage;

/// Written beside the file it will be, as `<name>.<random>.part`, for its owner alone, since most of it is people's data; dropped before [`Making::finish`], nothing of it is left.
pub(crate) struct Making {
    path: PathBuf,
    part: Option<PathBuf>,
    file: BufWriter<File>,
}

impl Making {
    /// Begins; refused as wrong usage when the file is one of the inputs, by whatever name.
    pub(crate) fn of(path: &Path, inputs: &[&Path]) -> anyhow::Result<Making> {
        for input in inputs {
            if is_same(path, input) {
                return Err(Usage(format!("{} is the input itself: name another file to write", path.display())).into());
            }
        }
        // What a link points to is replaced, not the link; a device or a pipe cannot be.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let replaced = fs::metadata(&path).map_or(true, |there| there.is_file());
        let part = replaced.then(|| beside(&path));
        let file = match &part {
            Some(part) => OpenOptions::new().write(true).create_new(true).mode(0o600).open(part),
            None => OpenOptions::new().write(true).open(&path),
        };
        let file = file.with_context(|| part.as_ref().unwrap_or(&path).display().to_string())?;
        Ok(Making { path, part, file: BufWriter::new(file) })
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
}
