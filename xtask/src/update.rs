//! `cargo xtask update`: documents that are generated from the program itself.

use std::path::Path;
use std::process::Stdio;

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
    // Built as the tests build it: another selection of crates has other features, and is another build of everything.
    process::run(&mut process::cargo(root, &["test", "--quiet", "--workspace", "--no-run"]))?;
    let kenshin = std::env::current_exe()?.with_file_name("kenshin");
    process::run(process::command(root, &kenshin.to_string_lossy(), &["documents", "--out", GENERATED]).stdin(Stdio::null()))?;
    if options.check {
        let changed = process::output(&mut process::command(root, "git", &["status", "--porcelain", "--", GENERATED]))?;
        if !changed.trim().is_empty() {
            bail!("generated documents are stale: run `cargo xtask update` and commit\n{changed}");
        }
    }
    Ok(())
}
