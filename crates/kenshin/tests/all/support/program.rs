//! The program as it was built.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;

use super::counts::Counts;
use super::place::Place;

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Done {
    /// Its exit code; none when it was killed.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Done {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Done {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// The run must have ended with this code.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Done {
        assert_eq!(self.code, Some(code), "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }
}

/// `kenshin`.
pub(crate) fn kenshin() -> Command {
    Command::new(env!("CARGO_BIN_EXE_kenshin"))
}

/// Runs `kenshin` with these arguments.
pub(crate) fn run<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Done {
    kenshin().args(arguments).output().unwrap().into()
}

/// `kenshin-edge`, which stands beside it; built when it is not there (a run of this package's tests alone does not build it).
pub(crate) fn edge() -> PathBuf {
    let edge = Path::new(env!("CARGO_BIN_EXE_kenshin")).with_file_name("kenshin-edge");
    if !edge.exists() {
        let built = Command::new(env!("CARGO")).args(["build", "--quiet", "-p", "kenshin-edge"]).status().unwrap();
        assert!(built.success() && edge.exists(), "kenshin-edge is not built");
    }
    edge
}

/// `kenshin demo --once`, seed 7, with a report beside the place.
pub(crate) fn demo(place: &Place, residents: u32) -> Command {
    let mut command = kenshin();
    command.args(["demo", "--once", "--residents", &residents.to_string(), "--seed", "7", "--report"]);
    command.arg(place.beside("report.json")).args(place.arguments());
    command
}

/// `kenshin demo` with its pages on a free port, on the same cities.
pub(crate) fn serving(place: &Place, residents: u32) -> Command {
    let mut command = kenshin();
    command.args(["demo", "--residents", &residents.to_string(), "--seed", "7", "--port", "0"]).args(place.arguments());
    command
}

/// PostgreSQL's own client runs a script; what it refuses is on standard error.
pub(crate) fn psql(place: &Place, script: &Path) -> Done {
    let mut command = Command::new("psql");
    command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--file"]).arg(script).arg(place.data());
    command.output().unwrap().into()
}

/// The report as the issue fixes it: not a key more or less.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    pub(crate) ok: bool,
    pub(crate) seconds: f64,
    pub(crate) steps: Vec<Step>,
}

/// A step of the report.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) number: u8,
    pub(crate) name: String,
    pub(crate) ok: bool,
    pub(crate) seconds: f64,
    pub(crate) counts: Counts,
}

/// The report that a run wrote, which went well in every step.
pub(crate) fn report(place: &Place) -> Report {
    let path = place.beside("report.json");
    let report: Report = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert!(report.ok && report.steps.iter().all(|step| step.ok), "{report:?}");
    assert_eq!(report.steps.iter().map(|step| step.number).collect::<Vec<_>>(), (1..=11).collect::<Vec<_>>());
    report
}

impl Report {
    /// What each step counted.
    pub(crate) fn counts(self) -> Vec<Counts> {
        self.steps.into_iter().map(|step| step.counts).collect()
    }
}
