//! The folder of managed media: jobs name a file in it, and never a path out of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use vocabulary::{Entropy as _, SystemEntropy};
use work::jobs::JobRun;

use crate::RegistryError;
use crate::residents::REJECTS;

/// Files of refused rows that are kept beside one file.
const MOST_REJECTS: usize = 100;

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
    /// A file that no job wrote, or that somebody has changed since.
    #[error("{0} is there already and no job wrote it, or it was changed since: name another file, or take it away")]
    NotOurs(String),
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

    /// The names of the plain files of the folder, for whoever chooses one, each as it is read; none where there is no folder.
    pub(crate) fn files(&self) -> Option<Vec<(String, String)>> {
        let entries = fs::read_dir(self.folder.as_ref()?).ok()?.flatten();
        let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        let mut names: Vec<String> =
            plain.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| self.path(name).is_ok()).collect();
        names.sort();
        Some(names.into_iter().map(|name| (name.clone(), name)).collect())
    }

    /// Whether a job may write a file of this name: there is none, or it is as a job left it.
    pub fn may_write(&self, name: &str) -> Result<(), MediaError> {
        if self.folder.is_none() {
            return Ok(());
        }
        self.left_there(name).map(|_| ())
    }

    /// Puts a job's result into the folder, readable by this account alone. It replaces what a job left there and nothing else, whole: who
    /// looks sees the one or the other, whatever is killed when.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), MediaError> {
        let (path, there) = (self.path(name)?, self.left_there(name)?);
        let now = digest(content);
        if there.as_ref() == Some(&now) {
            return Ok(());
        }
        // Both, until it has been replaced.
        let lines: Vec<String> = there.into_iter().chain([now]).collect();
        self.put(&self.note_of(&path, name), lines.join("\n").as_bytes())?;
        self.put(&path, content)
    }

    /// The digest of a file of this name as a job left it; none when there is no file.
    fn left_there(&self, name: &str) -> Result<Option<String>, MediaError> {
        let path = self.path(name)?;
        match fs::symlink_metadata(&path) {
            Ok(there) if !there.is_file() => return Err(MediaError::NotPlain(name.to_owned())),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let there = digest(&fs::read(&path)?);
        let noted = match fs::read_to_string(self.note_of(&path, name)) {
            Ok(noted) => noted,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        if noted.lines().any(|digest| digest == there) { Ok(Some(there)) } else { Err(MediaError::NotOurs(name.to_owned())) }
    }

    /// Where the digests stand of what jobs left under a name: no job can name it, nor can an officer's file have it by chance.
    fn note_of(&self, path: &Path, name: &str) -> PathBuf {
        path.with_file_name(format!(".{}.of-job", digest(name.as_bytes())))
    }

    /// Writes beside and renames.
    fn put(&self, path: &Path, content: &[u8]) -> Result<(), MediaError> {
        let beside = path.with_file_name(format!(".{}.part", SystemEntropy.id128()));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        let written = file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        Ok(written?)
    }

    /// Keeps the refused rows of a job in `<file>.rejects.csv` beside the file, where there is a folder and something was refused; in
    /// `<file>.rejects.2.csv` and so on when an officer has put the first to a use of their own.
    pub(crate) fn keep_rejects(&self, run: &JobRun, file: &str) -> Result<(), RegistryError> {
        let mut kept = self.keep(run, REJECTS, &format!("{file}.rejects.csv"));
        for number in 2..MOST_REJECTS {
            if !matches!(kept, Err(RegistryError::Media(MediaError::NotOurs(_)))) {
                break;
            }
            kept = self.keep(run, REJECTS, &format!("{file}.rejects.{number}.csv"));
        }
        kept
    }

    /// Copies a file of a job into the folder, where there is one; an empty file is none.
    pub(crate) fn keep(&self, run: &JobRun, of_job: &str, name: &str) -> Result<(), RegistryError> {
        if self.folder.is_some() {
            let content = run.take_file_blocking(crate::JOBS.take, of_job)?;
            if !content.is_empty() {
                self.write(name, &content)?;
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

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::os::unix::fs::symlink;

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
            assert!(matches!(media.write(name, b"new"), Err(MediaError::Name)), "{name:?}");
        }
        assert!(matches!(media.read("link.csv"), Err(MediaError::NotPlain(_))));
        assert!(matches!(media.write("link.csv", b"new"), Err(MediaError::NotPlain(_))));
        assert!(matches!(media.read("inner"), Err(MediaError::NotPlain(_))));
        assert!(matches!(media.read("nothing.csv"), Err(MediaError::NotThere(_))));
        assert!(matches!(Media::default().read("residents.csv"), Err(MediaError::NoFolder)));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_result_is_written_for_this_account_alone_and_replaces_an_earlier_result_and_nothing_else() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = folder();
        let media = Media::open(Some(&root.join("media"))).unwrap();
        let path = root.join("media/verdicts.csv");
        for content in ["one", "another", "another"] {
            media.write("verdicts.csv", content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        // corrected by hand: an officer's now
        fs::write(&path, "corrected").unwrap();
        for (name, left) in [("verdicts.csv", "corrected"), ("residents.csv", "rows")] {
            assert!(matches!(media.may_write(name), Err(MediaError::NotOurs(_))), "{name}");
            assert!(matches!(media.write(name, b"new"), Err(MediaError::NotOurs(_))), "{name}");
            assert_eq!(fs::read_to_string(root.join("media").join(name)).unwrap(), left);
        }
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_result_goes_on_from_a_kill_between_its_note_and_its_file() {
        let root = folder();
        let media = Media::open(Some(&root.join("media"))).unwrap();
        media.write("verdicts.csv", b"one").unwrap();
        media.write("verdicts.csv", b"another").unwrap();
        // As if the second had been noted and not yet put there.
        fs::write(root.join("media/verdicts.csv"), "one").unwrap();
        media.write("verdicts.csv", b"another").unwrap();
        assert_eq!(fs::read_to_string(root.join("media/verdicts.csv")).unwrap(), "another");
        let parts = fs::read_dir(root.join("media"))
            .unwrap()
            .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
        assert_eq!(parts.count(), 0);
        fs::remove_dir_all(root).unwrap();
    }
}
