//! Files are made in few places, each of which makes them for their owner alone and follows no link; elsewhere one of these is called.

use std::fs;
use std::path::Path;

use crate::{limits, paths};

/// How a file is made or written.
const MAKE: &[&str] = &["File::create", "fs::write(", "fs::copy(", "OpenOptions::new()", "File::options()", "OFlags::CREATE"];
/// Where it may be.
const PLACES: &[&str] = &[
    // what a command writes
    "crates/kenshin/src/making.rs",
    // keys, certificates, settings
    "crates/line/src/pki/files.rs",
    "crates/vault/src/master/file.rs",
    "crates/vault/src/master/owned.rs",
    "crates/devices/src/card/file.rs",
    // rooms, and the tunnel to PostgreSQL
    "crates/store/src/sqlite/connect.rs",
    "crates/store/src/copy/sqlite.rs",
    "crates/store/src/postgres/tunnel.rs",
    // files of a deployment that come back from a backup
    "crates/backup/src/files.rs",
    // checkpoints for media that are written once
    "crates/wire/src/witness/file.rs",
    // synthetic cities
    "crates/synth/src/write/directory.rs",
    // pages of the repository
    "crates/kenshin/src/commands/documents.rs",
];
/// What no user runs.
const CHORES: &[&str] = &["crates/fuzz/"];

/// Findings, one a line.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in limits::sources(root)? {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let is_source = shown.starts_with("crates/") && shown.contains("/src/") && shown.ends_with(".rs") && !shown.contains("tests");
        if is_source && !CHORES.iter().any(|chore| shown.starts_with(chore)) && !PLACES.contains(&shown.as_str()) {
            findings.extend(makes(&fs::read_to_string(&path)?).map(|(line, make)| {
                format!("{shown}:{line}: `{make}` makes a file that others may read, or follows a link: use `kenshin::making`, `line::pki::write_private` or `vault::replace_in`")
            }));
        }
    }
    Ok(findings)
}

/// The lines on which a file is made, in what is no test.
fn makes(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    paths::code(text).filter_map(|(line, text)| Some((line, *MAKE.iter().find(|make| text.contains(**make))?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_made_is_found_and_one_of_a_test_is_not() {
        let text = "// fs::write(a)\nlet file = File::create(path)?;\nstd::fs::write(path, text)?;\n#[cfg(test)]\nmod tests {\n    fs::write(path, text);\n}\n";
        assert_eq!(makes(text).collect::<Vec<_>>(), [(2, "File::create"), (3, "fs::write(")]);
    }
}
