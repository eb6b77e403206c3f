//! How a folder of backups ages (C-II-6-PMH-11): the oldest goes first, and never the last that a drill found whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;
use serde::Deserialize;

const BEGINS: &str = "kenshin-";
const ENDS: &str = ".backup";

/// The name of a backup of this moment; in the order of names the oldest stands first.
pub(super) fn name(at: Timestamp) -> String {
    format!("{BEGINS}{}{ENDS}", at.strftime("%Y%m%dT%H%M%SZ"))
}

#[derive(Deserialize)]
struct Line {
    backup: PathBuf,
    whole: bool,
}

/// Deletes the oldest backups of a folder until so many are left → those that are gone.
pub(super) fn age(folder: &Path, keep: u32, drills: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let names = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())).map(|entry| entry.file_name());
    let backups: BTreeSet<String> =
        names.filter_map(|name| name.into_string().ok()).filter(|name| name.starts_with(BEGINS) && name.ends_with(ENDS)).collect();
    let gone = oldest(&backups, keep, last_whole(&backups, drills)?.as_deref());
    for name in &gone {
        fs::remove_file(folder.join(name)).with_context(|| folder.join(name).display().to_string())?;
    }
    Ok(gone.into_iter().map(|name| folder.join(name)).collect())
}

/// The one of these that was found whole last.
fn last_whole(backups: &BTreeSet<String>, drills: &Path) -> anyhow::Result<Option<String>> {
    if !drills.exists() {
        return Ok(None);
    }
    let mut lines = csv::Reader::from_path(drills)?;
    let mut last = None;
    for line in lines.deserialize() {
        let Line { backup, whole } = line.with_context(|| drills.display().to_string())?;
        let name = backup.file_name().and_then(|name| name.to_str()).filter(|name| whole && backups.contains(*name));
        last = name.map(str::to_owned).or(last);
    }
    Ok(last)
}

fn oldest(backups: &BTreeSet<String>, keep: u32, whole: Option<&str>) -> Vec<String> {
    let more = backups.len().saturating_sub(usize::try_from(keep).unwrap_or(usize::MAX));
    backups.iter().filter(|name| whole != Some(name.as_str())).take(more).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_ii_6_pmh_11_the_oldest_backups_go_first_and_never_the_last_that_a_drill_found_whole() {
        for (count, keep) in (0..12_u32).flat_map(|count| (1..6).map(move |keep| (count, keep))) {
            let all: BTreeSet<String> = (0..count).map(|day| format!("{BEGINS}202611{day:02}T000000Z{ENDS}")).collect();
            for whole in std::iter::once(None).chain(all.iter().map(|name| Some(name.as_str()))) {
                let gone = oldest(&all, keep, whole);
                let left: Vec<&String> = all.iter().filter(|name| !gone.contains(name)).collect();
                assert_eq!(left.len() as u32, count.min(keep));
                let (newest, of_whole) = (all.iter().rev().take(left.len()), left.iter().any(|name| whole == Some(name.as_str())));
                assert!(whole.is_none() || of_whole, "the one that was found whole stays");
                let kept = newest.filter(|name| left.contains(name)).count();
                assert!(kept + 1 >= left.len() && (kept == left.len() || whole.is_some()), "but for that one the newest stay");
            }
        }
    }
}
