//! `cargo xtask update`: documents that are generated from the program itself.

use std::path::Path;

use anyhow::bail;

use crate::process;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fail when a document is stale instead of leaving it changed silently.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Where the generated documents lie.
const GENERATED: &str = "docs/generated";

/// Writes them; with `--check` fails when that changed anything.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    process::run(&mut process::cargo(
        root,
        &["run", "--quiet", "--package", "kenshin", "--bin", "kenshin", "--", "documents", "--out", GENERATED],
    ))?;
    if options.check {
        let changed = process::output(&mut process::command(root, "git", &["status", "--porcelain", "--", GENERATED]))?;
        if !changed.trim().is_empty() {
            bail!("generated documents are stale: run `cargo xtask update` and commit\n{changed}");
        }
    }
    Ok(())
}
