//! The folder of managed media: jobs name a file in it, and never a path out of it.

mod copies;
mod folder;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::Caller;
use ledger::Room;
use vocabulary::Id128;
use work::jobs::JobRun;

use self::folder::Folder;
use crate::RegistryError;
use crate::residents::REJECTS;

/// Bytes of its mark in the name of a file that was handed in.
const IN_NAME: usize = 6;
/// Files of refused rows that are kept beside one file.
const MOST_REJECTS: usize = 100;

/// The folder; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Media {
    /// `None` when the setting names no folder.
    folder: Option<Arc<Folder>>,
    /// The one file there is, under whatever name: what a command line was given.
    only: Option<PathBuf>,
}

/// Why a file is not opened.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The setting names no folder.
    #[error(
        "媒体用フォルダーが設定されていません。システム管理者に連絡してください / the setting names no `media` folder: set one and put the file there"
    )]
    NoFolder,
    /// A name that is more than a name.
    #[error(
        "ファイルは、媒体用フォルダーの中の名前だけで指定してください / name a file of the media folder by its name alone: no folders, no leading dot"
    )]
    Name,
    /// Nothing of that name.
    #[error("媒体用フォルダーに{0}というファイルがありません / there is no file {0} in the media folder")]
    NotThere(String),
    /// A link that leads out, a folder, a device.
    #[error("{0}は、媒体用フォルダーの通常のファイルではありません / {0} is no plain file of the media folder")]
    NotPlain(String),
    /// A file that no job wrote, or that somebody has changed since.
    #[error(
        "{0}はすでにあり、処理が作成したものでないか、その後に変更されています。別の名前を指定するか、そのファイルを移してください / {0} is there already and no job wrote it, or it was changed since: name another file, or take it away"
    )]
    NotOurs(String),
    /// A file that was handed in for a job, and replaced since.
    #[error(
        "{0}は、処理を依頼したときに渡されたファイルと内容が異なるため、読み込みません。処理を取り消し、ファイルを渡し直してください / {0} is not what was handed in when the work was asked for, and is not read: cancel the job and hand the file in again"
    )]
    NotAsHandedIn(String),
    /// The folder or the file cannot be used.
    #[error("媒体用フォルダーを使用できません。システム管理者に連絡してください / the media folder cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl Media {
    /// The folder that the setting names; it must be there.
    pub fn open(folder: Option<&Path>) -> Result<Media, MediaError> {
        let folder = folder.map(Folder::open).transpose()?;
        Ok(Media { folder: folder.map(Arc::new), only: None })
    }

    /// One file and no folder: what somebody at the command line names themselves.
    pub fn of_file(path: &Path) -> Media {
        Media { folder: None, only: Some(path.to_owned()) }
    }

    /// Opens a file of the folder for reading.
    pub fn read(&self, name: &str) -> Result<File, MediaError> {
        match &self.only {
            Some(only) => Ok(File::open(only)?),
            None => self.folder()?.read(name)?.ok_or_else(|| MediaError::NotThere(name.to_owned())),
        }
    }

    /// Opens a file of the folder for a job. One that was handed in for it is read as it was handed in, or not at all: others can write in the
    /// folder between the asking, or a second person's approval, and the reading.
    pub(crate) fn read_for_job(&self, room: &Room, name: &str) -> Result<File, RegistryError> {
        let mut file = self.read(name)?;
        if self.only.is_none() && copies::is_handed_in(room, name)? {
            let there = copies::mark_of(room.vault(), name, &mut file).map_err(MediaError::from)?;
            if !copies::is_kept(room, name, false, &there)? {
                return Err(MediaError::NotAsHandedIn(name.to_owned()).into());
            }
            file.rewind().map_err(MediaError::from)?;
        }
        Ok(file)
    }

    /// The names of the plain files of the folder, for whoever chooses one, each as it is read; none where there is no folder.
    pub(crate) fn files(&self) -> Option<Vec<(String, String)>> {
        let entries = fs::read_dir(self.folder.as_ref()?.path()).ok()?.flatten();
        let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        let mut names: Vec<String> =
            plain.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| folder::is_name(name)).collect();
        names.sort();
        Some(names.into_iter().map(|name| (name.clone(), name)).collect())
    }

    /// Whether a job may write a file of this name: there is none, or it is as a job left it.
    pub(crate) fn may_write(&self, room: &Room, name: &str) -> Result<(), RegistryError> {
        match &self.folder {
            Some(folder) => left_there(folder, room, name, true).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Puts a job's result into the folder, readable by this account alone, until the job's own file is forgotten. It replaces what a job left
    /// there and nothing else, whole: who looks sees the one or the other, whatever is killed when.
    pub(crate) fn write(&self, run: &JobRun, name: &str, content: &[u8]) -> Result<(), RegistryError> {
        self.put(run.room(), Some(run.id()), name, content)
    }

    /// Puts a file that lies elsewhere into the folder, for a job to read → its name there, which has a mark of its content in it: the same file again
    /// has the same name, and no other file. It is erased when a job's would be. A file that lies in the folder already is left as it is.
    pub fn hand_in(&self, room: &Room, path: &Path) -> Result<String, RegistryError> {
        let (folder, path) = (self.folder()?, path.canonicalize().map_err(MediaError::from)?);
        let own = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = own.trim_start_matches('.');
        if path.parent() == Some(folder.path()) {
            // A hidden file there is none of a job's: the name without the dot is another file's.
            return if name == own { Ok(own) } else { Err(MediaError::Name.into()) };
        }
        let content = fs::read(&path).map_err(MediaError::from)?;
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "csv"));
        let mut marked = format!("{stem}.");
        for byte in copies::mark(room.vault(), name, &content).iter().take(IN_NAME) {
            let _ = write!(marked, "{byte:02x}");
        }
        let name = format!("{marked}.{ending}");
        self.put(room, None, &name, &content)?;
        Ok(name)
    }

    fn put(&self, room: &Room, job: Option<Id128>, name: &str, content: &[u8]) -> Result<(), RegistryError> {
        let folder = self.folder()?;
        let there = left_there(folder, room, name, job.is_some())?;
        let now = copies::mark(room.vault(), name, content);
        // Both marks, until it has been replaced.
        copies::keep(room, job, name, (&now, there.as_ref()))?;
        if there != Some(now) {
            folder.put(name, content)?;
        }
        Ok(())
    }

    /// Erases the copies whose time is over, each with an entry in the record of use. What somebody has changed since, or put in the place of one,
    /// is theirs and stays. One that cannot be erased is an alarm, and tried again a day later.
    pub(crate) fn erase_over(&self, room: &Room, caller: &Caller) -> Result<(), RegistryError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        copies::erase_over(room, caller, &|name, is_ours| folder.erase(name, is_ours))
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
                self.write(run, name, &content)?;
            }
        }
        Ok(())
    }

    fn folder(&self) -> Result<&Folder, MediaError> {
        self.folder.as_deref().ok_or(MediaError::NoFolder)
    }
}

/// The mark of a file of this name as a job left it, or as it was handed in for one; none when there is no file.
fn left_there(folder: &Folder, room: &Room, name: &str, by_job: bool) -> Result<Option<copies::Mark>, RegistryError> {
    let Some(mut file) = folder.read(name)? else { return Ok(None) };
    let there = copies::mark_of(room.vault(), name, &mut file).map_err(MediaError::from)?;
    if copies::is_kept(room, name, by_job, &there)? { Ok(Some(there)) } else { Err(MediaError::NotOurs(name.to_owned()).into()) }
}
