//! The texts of the catalogue: built in, and a directory laid over them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::findings::CatalogueError;

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// Relative path → text, in the order of the paths.
#[derive(Debug)]
pub(crate) struct Files(BTreeMap<String, Cow<'static, str>>);

impl Files {
    pub(crate) fn built_in() -> Self {
        Self(BUILT_IN.iter().map(|&(name, text)| (name.to_owned(), Cow::Borrowed(text))).collect())
    }

    /// The built-in files with those of a directory in their place, and its further files beside them.
    pub(crate) fn overlaid_by(directory: &Path) -> Result<Self, CatalogueError> {
        let mut files = Self::built_in();
        files.read(directory, directory)?;
        Ok(files)
    }

    /// The built-in files with these texts, by relative path, in their place or beside them.
    pub(crate) fn with(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut files = Self::built_in();
        files.0.extend(texts.into_iter().map(|(name, text)| (name, Cow::Owned(text))));
        files
    }

    fn read(&mut self, root: &Path, folder: &Path) -> Result<(), CatalogueError> {
        let unreadable = |path: &Path, why| CatalogueError::Unreadable { path: path.display().to_string(), why };
        for entry in fs::read_dir(folder).map_err(|why| unreadable(folder, why))? {
            let path = entry.map_err(|why| unreadable(folder, why))?.path();
            if path.is_dir() {
                self.read(root, &path)?;
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let text = fs::read_to_string(&path).map_err(|why| unreadable(&path, why))?;
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                self.0.insert(name, Cow::Owned(text));
            }
        }
        Ok(())
    }

    /// The files of one folder (`records`), or the one file of that name.
    pub(crate) fn under<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = (&'s str, &'s str)> {
        self.0
            .iter()
            .filter(move |(name, _)| name.as_str() == folder || name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
            .map(|(name, text)| (name.as_str(), text.as_ref()))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
