//! A file in the making: it has its name when it is whole, and is never one of those it is made from.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::output::Usage;

/// Written beside the file it will be, as `<name>.part`; dropped before [`Making::finish`], nothing of it is left.
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
        let written = part.as_ref().unwrap_or(&path);
        let file = BufWriter::new(File::create(written).with_context(|| written.display().to_string())?);
        Ok(Making { path, part, file })
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
    name.push(".part");
    name.into()
}

/// One file by two names is one file: links of both kinds lead to it.
fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}
