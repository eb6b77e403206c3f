//! Running other programs, said aloud before they start.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// A command in `root`, to be refined by the caller.
pub(crate) fn command(root: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root).args(arguments);
    command
}

/// Cargo as it was called, in `root`.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    command(root, env!("CARGO"), arguments)
}

/// Runs it and fails when it fails.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    eprintln!("+ {}", line(command));
    let status = command.status().with_context(|| format!("could not start: {}", line(command)))?;
    if !status.success() {
        bail!("failed ({status}): {}", line(command));
    }
    Ok(())
}

/// Runs it and returns what it printed.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("could not start: {}", line(command)))?;
    if !output.status.success() {
        bail!("failed ({}): {}\n{}", output.status, line(command), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Runs it and returns what it printed, while its standard error is shown as it comes.
pub(crate) fn output_beside_errors(command: &mut Command) -> anyhow::Result<String> {
    eprintln!("+ {}", line(command));
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("could not start: {}", line(command)))?;
    if !output.status.success() {
        bail!("failed ({}): {}", output.status, line(command));
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
