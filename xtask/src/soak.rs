//! `cargo xtask soak`: the tests marked `#[ignore]`, in release.

use std::path::Path;

use crate::{db, packages, process};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only soaks whose name holds this.
    name: Option<String>,
}

/// Runs the ignored tests on both databases.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    packages::ensure(root, packages::FOR_TESTS)?;
    let url = db::ensure(root)?;
    let mut command = process::cargo(root, &["test", "--release", "--workspace", "--no-fail-fast"]);
    // The processes that other tests start are ignored tests too; started by nobody, they return at once.
    command.args(options.name.iter()).args(["--", "--ignored"]).env("KENSHIN_TEST_POSTGRES", &url);
    process::run(&mut command)
}
