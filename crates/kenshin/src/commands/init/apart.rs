//! Where `init` makes master keys: apart from the data that they open.

use std::ffi::OsStr;
use std::fs;
use std::path::{self, Component, Path, PathBuf};

use anyhow::Context as _;
use store::Data;

use crate::arguments::Place;
use crate::output::Usage;

/// Where the master keys of a place are made and looked for: as named, else beside the folder of the data; none for the folder of keys among the files.
pub(in crate::commands) fn keys(place: &Place, named: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    match (named, &place.files, Data::parse(&place.data)) {
        (Some(keys), ..) => Ok(Some(keys.to_owned())),
        (None, None, Ok(Data::Folder(data))) => {
            let data = resolved(&data)?;
            let Some(mut name) = data.file_name().map(OsStr::to_owned) else {
                return Err(Usage(format!("--keys: there is nothing beside {} to keep keys in: name a folder", data.display())).into());
            };
            name.push(".keys");
            Ok(Some(data.with_file_name(name)))
        }
        _ => Ok(None),
    }
}

/// Whoever takes a copy of the place is not to have the keys with it.
pub(super) fn refuse_within(place: &Place, keys: Option<&Path>) -> anyhow::Result<()> {
    let Some(keys) = keys else { return Ok(()) };
    let data = if let Ok(Data::Folder(data)) = Data::parse(&place.data) { Some(data) } else { None };
    for folder in place.files.iter().chain(&data) {
        let (keys, folder) = (resolved(keys)?, resolved(folder)?);
        if keys.starts_with(&folder) {
            let (keys, folder) = (keys.display(), folder.display());
            return Err(Usage(format!("--keys: {keys} is within {folder}: name a folder apart, that goes with no copy of it")).into());
        }
    }
    Ok(())
}

/// A path without links and steps back, whether it is there or will be; a link that leads nowhere yet is refused.
fn resolved(path: &Path) -> anyhow::Result<PathBuf> {
    let mut whole = PathBuf::new();
    for part in path::absolute(path)?.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            part => whole.push(part),
        }
        whole = match fs::canonicalize(&whole) {
            Err(error) if whole.is_symlink() => return Err(error).with_context(|| format!("the link {}", whole.display())),
            resolved => resolved.unwrap_or(whole),
        };
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn keys_lie_beside_the_folder_that_a_link_or_a_step_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let data = folder.join("data");
        fs::create_dir(&data).unwrap();
        symlink(&data, folder.join("link")).unwrap();
        for written in ["data", "link", "data/.", "data/../link", "data/"] {
            let place = Place { data: folder.join(written).display().to_string(), files: None };
            assert_eq!(keys(&place, None).unwrap(), Some(folder.join("data.keys")), "{written}");
        }
        let place = Place { data: data.display().to_string(), files: Some(folder.clone()) };
        assert_eq!(keys(&place, None).unwrap(), None);
        assert_eq!(keys(&place, Some(Path::new("elsewhere"))).unwrap(), Some(PathBuf::from("elsewhere")));
    }
}
