//! `cargo xtask soak`: the long runs, in release, to their end. `docs/soak.md` keeps the date and the result of the last one.

use std::path::Path;

use crate::{db, packages, process};

/// The crates that have tests named `soak_…`.
const WITH_SOAKS: &[&str] = &["ledger", "relay", "kenshin"];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only soaks whose name holds this.
    #[arg(default_value = "soak_")]
    name: String,
}

/// Runs them one after the other, on both databases.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    packages::ensure(root, packages::FOR_TESTS)?;
    let url = db::ensure(root)?;
    let mut command = process::cargo(root, &["test", "--release", "--no-fail-fast"]);
    command.args(WITH_SOAKS.iter().flat_map(|name| ["--package", name]));
    command.args(["--tests", &options.name, "--", "--ignored", "--nocapture", "--test-threads", "1"]);
    process::run(command.env("KENSHIN_TEST_POSTGRES", &url))
}
