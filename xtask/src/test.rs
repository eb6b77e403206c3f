//! `cargo xtask test`: sets up what tests need and runs them all, on both databases; a short run of every fuzz target is one of them.

use std::path::Path;

use crate::{db, packages, process};

#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Only this crate.
    #[arg(long, short)]
    pub(crate) package: Option<String>,
}

/// Installs, starts PostgreSQL, runs every test.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    packages::ensure(root, packages::FOR_TESTS)?;
    let url = db::ensure(root)?;
    let which = match &options.package {
        Some(package) => vec!["--package", package.as_str()],
        None => vec!["--workspace"],
    };
    process::run(process::cargo(root, &["test", "--no-fail-fast"]).args(&which).env("KENSHIN_TEST_POSTGRES", &url))
}
