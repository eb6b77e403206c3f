//! The folder of managed media: jobs name a file in it, and never a path out of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use work::jobs::JobRun;

use crate::RegistryError;
use crate::residents::REJECTS;

/// The folder; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Media {
    /// Canonical; `None` when the setting names no folder.
    folder: Option<PathBuf>,
    /// The one file there is, under whatever name: what a command line was given.
    only: Option<PathBuf>,
}

/// Why a file is not opened.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The setting names no folder.
    #[error("the setting names no `media` folder: set one and put the file there")]
    NoFolder,
    /// A name that is more than a name.
    #[error("name a file of the media folder by its name alone: no folders, no leading dot")]
    Name,
    /// Nothing of that name.
    #[error("there is no file {0} in the media folder")]
    NotThere(String),
    /// A link that leads out, a folder, a device.
    #[error("{0} is no plain file of the media folder")]
    NotPlain(String),
    /// The folder or the file cannot be used.
    #[error("the media folder cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl Media {
    /// The folder that the setting names; it must be there.
    pub fn open(folder: Option<&Path>) -> Result<Media, MediaError> {
        let folder = folder.map(fs::canonicalize).transpose()?;
        Ok(Media { folder, only: None })
    }

    /// One file and no folder: what somebody at the command line names themselves.
    pub fn of_file(path: &Path) -> Media {
        Media { folder: None, only: Some(path.to_owned()) }
    }

    /// Opens a file of the folder for reading.
    pub fn read(&self, name: &str) -> Result<File, MediaError> {
        if let Some(only) = &self.only {
            return Ok(File::open(only)?);
        }
        let path = self.path(name)?;
        // Resolved before it is opened: a link is followed by canonicalize, and then lies elsewhere or is itself a plain name here.
        let real = match fs::canonicalize(&path) {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(MediaError::NotThere(name.to_owned())),
            Err(error) => return Err(error.into()),
        };
        if real != path || !fs::symlink_metadata(&real)?.is_file() {
            return Err(MediaError::NotPlain(name.to_owned()));
        }
        Ok(File::open(real)?)
    }

    /// Makes a file in the folder for a job's result, readable by this account alone; a plain file of that name is replaced.
    pub fn create(&self, name: &str) -> Result<File, MediaError> {
        let path = self.path(name)?;
        match fs::symlink_metadata(&path) {
            Ok(there) if !there.is_file() => return Err(MediaError::NotPlain(name.to_owned())),
            Ok(_) => fs::remove_file(&path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        Ok(OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?)
    }

    /// Keeps the refused rows of a job in `<file>.rejects.csv` beside the file, where there is a folder and something was refused.
    pub(crate) fn keep_rejects(&self, run: &JobRun, file: &str) -> Result<(), RegistryError> {
        self.keep(run, REJECTS, &format!("{file}.rejects.csv"))
    }

    /// Copies a file of a job into the folder, where there is one; an empty file is none.
    pub(crate) fn keep(&self, run: &JobRun, of_job: &str, name: &str) -> Result<(), RegistryError> {
        if self.folder.is_some() {
            let content = run.file_blocking(of_job)?;
            if !content.is_empty() {
                self.create(name)?.write_all(&content)?;
            }
        }
        Ok(())
    }

    fn path(&self, name: &str) -> Result<PathBuf, MediaError> {
        let folder = self.folder.as_ref().ok_or(MediaError::NoFolder)?;
        let plain = !name.is_empty()
            && name.len() <= 255
            && !name.starts_with('.')
            && !name.contains(|c: char| matches!(c, '/' | '\\') || c.is_control());
        if plain { Ok(folder.join(name)) } else { Err(MediaError::Name) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::os::unix::fs::symlink;

    use vocabulary::{Entropy as _, SystemEntropy};

    use super::*;

    fn folder() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("kenshin-media-{}", SystemEntropy.id128()));
        fs::create_dir_all(folder.join("media/inner")).unwrap();
        fs::write(folder.join("secret.csv"), "secret").unwrap();
        fs::write(folder.join("media/residents.csv"), "rows").unwrap();
        fs::write(folder.join("media/inner/deep.csv"), "rows").unwrap();
        folder
    }

    #[test]
    fn a_file_of_the_folder_is_read_and_nothing_else_is() {
        let root = folder();
        let media = Media::open(Some(&root.join("media"))).unwrap();
        symlink(root.join("secret.csv"), root.join("media/link.csv")).unwrap();
        let mut text = String::new();
        media.read("residents.csv").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "rows");
        for name in ["", ".", "..", "../secret.csv", "inner/deep.csv", "/etc/passwd", "..\\secret.csv", ".hidden", "a\0b"] {
            assert!(matches!(media.read(name), Err(MediaError::Name)), "{name:?}");
            assert!(matches!(media.create(name), Err(MediaError::Name)), "{name:?}");
        }
        assert!(matches!(media.read("link.csv"), Err(MediaError::NotPlain(_))));
        assert!(matches!(media.create("link.csv"), Err(MediaError::NotPlain(_))));
        assert!(matches!(media.read("inner"), Err(MediaError::NotPlain(_))));
        assert!(matches!(media.read("nothing.csv"), Err(MediaError::NotThere(_))));
        assert!(matches!(Media::default().read("residents.csv"), Err(MediaError::NoFolder)));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_result_is_written_for_this_account_alone_and_replaces_an_earlier_one() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = folder();
        let media = Media::open(Some(&root.join("media"))).unwrap();
        media.create("residents.csv").unwrap().write_all(b"new").unwrap();
        let path = root.join("media/residents.csv");
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_dir_all(root).unwrap();
    }
}
