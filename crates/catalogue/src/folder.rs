//! A city's folder as it lies there, read or not fitting: what is kept, compared and accepted.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use crate::files::{FOLDERS, digest_of};
use crate::{CatalogueError, Finding};

/// Bytes of a file at most; the largest sheet of a large city has a tenth of it.
const LARGEST: u64 = 16 << 20;

/// The files of a city's folder, by path relative to it. Without any, the built-in catalogue holds alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CityFolder {
    files: BTreeMap<String, Vec<u8>>,
}

impl CityFolder {
    /// Reads a folder; nothing where none is named. Notes for people (`.md`) and hidden files are passed over. Whatever else is no plain
    /// file of a sensible size is a finding and is not opened: a link leads out of the folder, a pipe is never read to its end.
    pub fn read(folder: Option<&Path>) -> Result<CityFolder, CatalogueError> {
        let Some(folder) = folder else { return Ok(CityFolder::default()) };
        let (mut files, mut findings) = (BTreeMap::new(), Vec::new());
        let mut keep = |name: String, entry| {
            let bytes = match entry {
                Entry::File(path) => bytes(&path)?,
                Entry::Folder(_) => Ok(Vec::new()),
                Entry::Other(what) => Err(what),
            };
            match bytes {
                Ok(bytes) => drop(files.insert(name, bytes)),
                Err(what) => findings.push(Finding::of_file(name, what)),
            }
            Ok::<_, CatalogueError>(())
        };
        for (name, entry) in entries(folder)? {
            match entry {
                Entry::Folder(path) if FOLDERS.contains(&name.as_str()) => {
                    for (inner, entry) in entries(&path)? {
                        keep(format!("{name}/{inner}"), entry)?;
                    }
                }
                entry => keep(name, entry)?,
            }
        }
        if findings.is_empty() { Ok(CityFolder { files }) } else { Err(CatalogueError::Findings(findings)) }
    }

    /// The files, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// SHA-256 over names and contents: what tells a folder from a changed one.
    pub fn digest(&self) -> [u8; 32] {
        digest_of(self.files())
    }
}

impl FromIterator<(String, Vec<u8>)> for CityFolder {
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(files: I) -> CityFolder {
        CityFolder { files: files.into_iter().collect() }
    }
}

/// What lies under a name.
enum Entry {
    File(PathBuf),
    Folder(PathBuf),
    /// What cannot be part of a catalogue, and what to do: in Japanese and in English.
    Other([&'static str; 2]),
}

const NOT_PLAIN: [&str; 2] = ["通常のファイルではありません。ファイルを置いてください", "is no plain file: put a file here"];
const LINK: [&str; 2] = ["リンクです。リンク先のものをここに置いてください", "is a link: put here what it points to"];
const TOO_LARGE: [&str; 2] =
    ["16 MiB を超えています。設定のファイルはこれより小さくしてください", "is larger than 16 MiB: a file of a catalogue is smaller"];

/// What lies in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<(String, Entry)>, CatalogueError> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(|why| unreadable(folder, why))? {
        let entry = entry.map_err(|why| unreadable(folder, why))?;
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if name.starts_with('.') || name.ends_with(".md") {
            continue;
        }
        let kind = entry.file_type().map_err(|why| unreadable(&path, why))?;
        let entry = match () {
            () if kind.is_file() => Entry::File(path),
            () if kind.is_dir() => Entry::Folder(path),
            () if kind.is_symlink() => Entry::Other(LINK),
            () => Entry::Other(NOT_PLAIN),
        };
        entries.push((name, entry));
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

/// The content of a file, or why it is none. What was put in its place since the folder was listed is not followed or waited for.
fn bytes(path: &Path) -> Result<Result<Vec<u8>, [&'static str; 2]>, CatalogueError> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).map_err(|why| unreadable(path, why.into()))?);
    if !file.metadata().map_err(|why| unreadable(path, why))?.is_file() {
        return Ok(Err(NOT_PLAIN));
    }
    let mut bytes = Vec::new();
    let length = file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|why| unreadable(path, why))?;
    Ok(if length as u64 > LARGEST { Err(TOO_LARGE) } else { Ok(bytes) })
}

fn unreadable(path: &Path, why: std::io::Error) -> CatalogueError {
    CatalogueError::Unreadable { path: path.display().to_string(), why }
}
