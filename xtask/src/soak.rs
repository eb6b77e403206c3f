//! `cargo xtask soak`: the long runs, in release, to their end. `docs/soak.md` keeps the date and the result of the last one.

use std::fs;
use std::path::Path;

use anyhow::ensure;

use crate::{db, packages, process};

/// How the name of a soak begins.
const PREFIX: &str = "soak_";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only soaks whose name holds this.
    #[arg(default_value = PREFIX)]
    name: String,
}

/// Runs them one after the other, on both databases.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    packages::ensure(root, packages::FOR_TESTS)?;
    let url = db::ensure(root)?;
    let mut crates = Vec::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let folder = entry?.path();
        let found = has_soak(&folder, &options.name)?;
        crates.extend(folder.file_name().filter(|_| found).map(|name| name.to_string_lossy().into_owned()));
    }
    ensure!(!crates.is_empty(), "no test named {PREFIX}… has a name that holds {:?}", options.name);
    crates.sort();
    let mut command = process::cargo(root, &["test", "--release", "--no-fail-fast"]);
    command.args(crates.iter().flat_map(|name| ["--package", name]));
    command.args(["--tests", &options.name, "--", "--ignored", "--nocapture", "--test-threads", "1"]);
    process::run(command.env("KENSHIN_TEST_POSTGRES", &url))
}

/// Whether a Rust file below the folder holds a soak whose name holds `name`.
fn has_soak(folder: &Path, name: &str) -> anyhow::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            has_soak(&path, name)?
        } else {
            path.extension().is_some_and(|kind| kind == "rs") && fs::read_to_string(&path)?.lines().any(|line| is_soak(line, name))
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_soak(line: &str, name: &str) -> bool {
    let function = line.trim_start().trim_start_matches("async ").strip_prefix("fn ");
    function.is_some_and(|rest| rest.starts_with(PREFIX) && rest.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soaks_are_found_by_their_name() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        assert!(has_soak(&root.join("kenshin"), "two_hundred").unwrap());
        assert!(!has_soak(&root.join("kenshin"), "replays").unwrap());
        assert!(has_soak(&root.join("relay"), PREFIX).unwrap());
        assert!(!has_soak(&root.join("store"), PREFIX).unwrap());
    }
}
