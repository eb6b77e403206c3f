//! `cargo xtask fuzz`: every parser of outside bytes gets bytes nobody meant.

use std::path::Path;

use crate::process;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// One target; all when absent.
    target: Option<String>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Runs the mutation engine of the `fuzz` crate over its targets and their seeds.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let seconds = options.seconds.to_string();
    let mut command = process::cargo(root, &["run", "--quiet", "--package", "fuzz", "--", "--seconds", &seconds]);
    command.args(options.target.iter());
    process::run(&mut command)
}
