//! A city's folder as it lies there, read or not fitting: what is kept, compared and accepted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::CatalogueError;
use crate::files::FOLDERS;

/// The files of a city's folder, by path relative to it. Without any, the built-in catalogue holds alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CityFolder {
    files: BTreeMap<String, Vec<u8>>,
}

impl CityFolder {
    /// Reads a folder; nothing where none is named. Notes for people (`.md`) and hidden files are passed over.
    pub fn read(folder: Option<&Path>) -> Result<CityFolder, CatalogueError> {
        let Some(folder) = folder else { return Ok(CityFolder::default()) };
        let mut files = BTreeMap::new();
        for (name, path) in entries(folder)? {
            if !path.is_dir() {
                files.insert(name, bytes(&path)?);
            } else if FOLDERS.contains(&name.as_str()) {
                for (inner, path) in entries(&path)? {
                    let bytes = if path.is_dir() { Vec::new() } else { bytes(&path)? };
                    files.insert(format!("{name}/{inner}"), bytes);
                }
            } else {
                files.insert(name, Vec::new());
            }
        }
        Ok(CityFolder { files })
    }

    /// The files, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }
}

impl FromIterator<(String, Vec<u8>)> for CityFolder {
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(files: I) -> CityFolder {
        CityFolder { files: files.into_iter().collect() }
    }
}

/// What lies in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, CatalogueError> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(|why| unreadable(folder, why))? {
        let path = entry.map_err(|why| unreadable(folder, why))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !name.starts_with('.') && !name.ends_with(".md") {
            entries.push((name, path));
        }
    }
    entries.sort();
    Ok(entries)
}

fn bytes(path: &Path) -> Result<Vec<u8>, CatalogueError> {
    fs::read(path).map_err(|why| unreadable(path, why))
}

fn unreadable(path: &Path, why: std::io::Error) -> CatalogueError {
    CatalogueError::Unreadable { path: path.display().to_string(), why }
}
