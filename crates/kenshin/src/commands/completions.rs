//! `kenshin completions`: what a shell needs to complete commands.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::Ending;
use crate::arguments::Arguments;
use crate::output;

/// Prints the script.
pub(crate) fn run(shell: Shell) -> anyhow::Result<Ending> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "kenshin", &mut script);
    output::text(&String::from_utf8(script)?)?;
    Ok(Ending::Done)
}
