//! `cargo xtask test`: sets up what tests need and runs them all, on both databases; a short run of every fuzz target is one of them.
//!
//! Test programs run beside each other, because most of them wait (for a disk, a peer, a browser) most of the time.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::{db, packages, process};

/// Programs under way at once.
const LANES: usize = 3;
/// Crates whose tests take minutes: begun first, so that nobody waits for them alone at the end.
const LONGEST_FIRST: &[&str] = &["kenshin", "fuzz", "registry", "ledger", "outside-public", "relay"];

#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Only this crate.
    #[arg(long, short)]
    pub(crate) package: Option<String>,
}

/// A program of tests that cargo has built.
struct Program {
    package: String,
    /// As cargo calls it: `registry` for the tests in `src`, else the folder or file in `tests`.
    target: String,
    executable: PathBuf,
    /// The folder of the crate, in which its tests expect to run.
    folder: PathBuf,
}

/// What a program that has ended said and how long it took.
struct Outcome {
    name: String,
    passed: bool,
    said: Vec<u8>,
    took: Duration,
}

/// Installs, starts PostgreSQL, builds, runs every test.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    packages::ensure(root, packages::FOR_TESTS)?;
    let url = db::ensure(root)?;
    let which = match &options.package {
        Some(package) => vec!["--package", package.as_str()],
        None => vec!["--workspace"],
    };
    let programs = build(root, &which)?;
    let began = Instant::now();
    let outcomes = run_programs(&programs, &url)?;
    let documents = run_examples(root, options, &which);
    summarise(&outcomes, began.elapsed())?;
    documents
}

/// The examples in documentation, of crates that are libraries.
fn run_examples(root: &Path, options: &Options, which: &[&str]) -> anyhow::Result<()> {
    if options.package.as_ref().is_some_and(|package| !root.join("crates").join(package).join("src/lib.rs").exists()) {
        return Ok(());
    }
    process::run(process::cargo(root, &["test", "--doc", "--no-fail-fast"]).args(which))
}

/// Builds all programs of tests and says where they are.
fn build(root: &Path, which: &[&str]) -> anyhow::Result<Vec<Program>> {
    let mut command = process::cargo(root, &["test", "--no-run", "--message-format", "json-render-diagnostics"]);
    let messages = process::output_of(command.args(which).stderr(Stdio::inherit()))?;
    let mut programs = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).context("cargo speaks JSON")?;
        if let Some(program) = program(&message) {
            programs.push(program);
        }
    }
    let rank = |program: &Program| LONGEST_FIRST.iter().position(|name| *name == program.package).unwrap_or(LONGEST_FIRST.len());
    programs.sort_by_key(rank);
    Ok(programs)
}

fn program(message: &Value) -> Option<Program> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let executable = message.get("executable").and_then(text)?;
    if message.pointer("/profile/test")? != &Value::Bool(true) {
        return None;
    }
    let manifest = PathBuf::from(message.get("manifest_path").and_then(text)?);
    let folder = manifest.parent()?.to_owned();
    let package = folder.file_name()?.to_str()?.to_owned();
    let target = message.pointer("/target/name").and_then(text)?;
    Some(Program { package, target, executable: executable.into(), folder })
}

/// Runs them beside each other; what each says is shown when it has ended.
fn run_programs(programs: &[Program], url: &str) -> anyhow::Result<Vec<Outcome>> {
    let waiting = Mutex::new(programs.iter());
    let ended = Mutex::new(Vec::new());
    let lane = || -> anyhow::Result<()> {
        loop {
            let Some(program) = waiting.lock().ok().and_then(|mut waiting| waiting.next()) else { return Ok(()) };
            let outcome = run_program(program, url)?;
            let mut ended = ended.lock().ok().context("another lane failed")?;
            println!("\n     Ran {} in {:.1} s", outcome.name, outcome.took.as_secs_f64());
            println!("{}", String::from_utf8_lossy(&outcome.said).trim_end());
            ended.push(outcome);
        }
    };
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().try_for_each(|lane| lane.join().map_err(|_| anyhow::anyhow!("a lane of tests panicked"))?)
    })?;
    Ok(ended.into_inner().unwrap_or_default())
}

fn run_program(program: &Program, url: &str) -> anyhow::Result<Outcome> {
    let began = Instant::now();
    // One pipe for both streams, so that what is said stays in its order.
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" 2>&1"]).arg(&program.executable).current_dir(&program.folder);
    command.env("CARGO_MANIFEST_DIR", &program.folder).env("KENSHIN_TEST_POSTGRES", url).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().with_context(|| format!("could not start {}", program.executable.display()))?;
    let name = format!("{} ({})", program.package, program.target);
    Ok(Outcome { name, passed: output.status.success(), said: output.stdout, took: began.elapsed() })
}

/// The closing lines: what took longest, and what failed.
fn summarise(outcomes: &[Outcome], took: Duration) -> anyhow::Result<()> {
    let mut longest: Vec<&Outcome> = outcomes.iter().collect();
    longest.sort_by_key(|outcome| std::cmp::Reverse(outcome.took));
    println!("\nlongest: ");
    for outcome in longest.iter().take(8) {
        println!("{:7.1} s  {}", outcome.took.as_secs_f64(), outcome.name);
    }
    let failed: Vec<&str> = outcomes.iter().filter(|outcome| !outcome.passed).map(|outcome| outcome.name.as_str()).collect();
    println!("test programs in {:.0} s:\n{} passed, {} failed", took.as_secs_f64(), outcomes.len() - failed.len(), failed.len());
    if !failed.is_empty() {
        bail!("tests failed in {}", failed.join(", "));
    }
    Ok(())
}
