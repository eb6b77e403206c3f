//! What a command prints: progress to standard error, results to standard output, and how it ends.
#![expect(clippy::print_stderr, reason = "a command line's results are what it prints")]

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::Offset;
use serde::Serialize;
use vocabulary::Timestamp;

/// How a command ended; `interfaces` fixes the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything asked for was done.
    Done,
    /// The input was refused in part or whole.
    Refused,
    /// What was asked for cannot be.
    Usage,
}

/// Wrong usage that is found only when files are looked at.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> ExitCode {
        match ending {
            Ending::Done => ExitCode::SUCCESS,
            Ending::Refused => ExitCode::from(1),
            Ending::Usage => ExitCode::from(2),
        }
    }
}

/// Prints the result as JSON for a program or as text for a person.
pub(crate) fn result<T: Serialize>(json: bool, value: &T, words: impl FnOnce(&T) -> String) -> anyhow::Result<()> {
    if json { text(&serde_json::to_string_pretty(value)?) } else { text(&words(value)) }
}

/// Lines under a heading.
pub(crate) fn under(heading: &str, lines: impl Iterator<Item = String>) -> String {
    [heading.to_owned()].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

/// Prints text as it is. Who reads only its beginning (`| head`) has what they want; that it cannot be written for any other reason is an error.
pub(crate) fn text(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the result cannot be written to standard output"),
    }
}

/// Local time of Japan, with its offset.
pub(crate) fn in_japan(at: Timestamp) -> String {
    let there = Offset::constant(9).to_datetime(at);
    format!("{}T{:02}:{:02}:{:02}+09:00", there.date(), there.hour(), there.minute(), there.second())
}

/// Says something on the way, to standard error.
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// A bar over a known number of rows; silent when standard error is no terminal.
pub(crate) fn bar(rows: u64, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:24} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}");
    ProgressBar::new(rows).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_message(what.to_owned())
}

/// A spinner for work of unknown length.
pub(crate) fn spinner(what: &str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(what.to_owned());
    spinner.enable_steady_tick(std::time::Duration::from_millis(120));
    spinner
}
