//! Where `init` makes master keys: apart from the data that they open.

use std::ffi::OsStr;
use std::fs;
use std::path::{self, Component, Path, PathBuf};

use anyhow::Context as _;
use store::Data;

use crate::arguments::Init;
use crate::output::Usage;

/// Where new master keys are made; none for the folder of keys among the files.
pub(super) fn keys(init: &Init) -> anyhow::Result<Option<PathBuf>> {
    let data = match Data::parse(&init.place.data) {
        Ok(Data::Folder(data)) => Some(data),
        _ => None,
    };
    match (&init.keys, &init.place.files, data) {
        (Some(keys), files, data) => {
            for place in files.iter().chain(&data) {
                refuse_within(keys, place)?;
            }
            Ok(Some(keys.clone()))
        }
        (None, None, Some(data)) => {
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
fn refuse_within(keys: &Path, place: &Path) -> anyhow::Result<()> {
    let (keys, place) = (resolved(keys)?, resolved(place)?);
    if keys.starts_with(&place) {
        let (keys, place) = (keys.display(), place.display());
        return Err(Usage(format!("--keys: {keys} is within {place}: name a folder apart, that goes with no copy of it")).into());
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
