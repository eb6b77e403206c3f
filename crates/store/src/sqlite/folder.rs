//! The folder of a deployment: `DIR/<system>/<municipality|national>.sqlite`.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Once};

use super::shelf::Shelf;
use super::{File, connect};
use crate::{RoomName, StoreError};

#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    shelf: Arc<Shelf>,
}

impl Folder {
    /// Nothing is made: a folder that was mistyped stays away.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, shelf: Arc::default() }
    }

    /// The setting is the whole program's and may not change while SQLite works: set once, before any file is opened.
    fn sort_here(&self) {
        static SORT_HERE: Once = Once::new();
        SORT_HERE.call_once(|| {
            if connect::sort_in(&self.path).is_err() {
                tracing::warn!("SQLite sorts the keys of large indexes in the system's folder for temporary files");
            }
        });
    }

    pub(crate) fn file_of(&self, name: &RoomName) -> PathBuf {
        self.path.join(name.system()).join(format!("{}.sqlite", name.part()))
    }

    pub(crate) fn create(&self, name: &RoomName) -> Result<Arc<File>, StoreError> {
        self.sort_here();
        let path = self.file_of(name);
        connect::create(&path)?;
        Ok(File::new(path, &self.shelf))
    }

    pub(crate) fn existing(&self, name: &RoomName) -> Option<Arc<File>> {
        let path = self.file_of(name);
        path.is_file().then(|| {
            self.sort_here();
            File::new(path, &self.shelf)
        })
    }

    pub(crate) fn list(&self, system: &str) -> Result<Vec<RoomName>, StoreError> {
        let entries = match fs::read_dir(self.path.join(system)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(_) => return Err(StoreError::NotReachable("the folder cannot be read")),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|_| StoreError::NotReachable("the folder cannot be read"))?;
            let file = entry.file_name();
            let part = file.to_str().and_then(|file| file.strip_suffix(".sqlite"));
            names.extend(part.and_then(|part| RoomName::from_part(system, part)));
        }
        names.sort();
        Ok(names)
    }
}
