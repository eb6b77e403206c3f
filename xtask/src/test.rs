//! `cargo xtask test`: sets up what tests need and runs them all, on both databases; a short run of every fuzz target is one of them.
//!
//! Test programs run beside each other, because most of them wait (for a disk, a peer, a browser) most of the time. What each says is written
//! to `target/test-output` as it comes and shown when it has ended.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::{db, packages, process};

/// Programs under way at once: more than cores, because they wait; few enough that waits of a minute within a test stay long.
const LANES: usize = 3;
/// Crates whose tests take minutes: begun first, so that nobody waits for them alone at the end.
const LONGEST_FIRST: &[&str] = &["kenshin", "fuzz", "outside", "vault", "registry", "relay"];
/// A program that has not ended by then hangs: it is killed, and what it said so far is shown.
const LONGEST: Duration = Duration::from_mins(40);
/// What every test that needs a database is run on.
const DATABASES: &str = "sqlite postgresql";

#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Only this crate.
    #[arg(long, short)]
    pub(crate) package: Option<String>,
    /// Write how each test ended, with the day: what `kenshin evidence --results` reads.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) results: Option<PathBuf>,
}

impl Options {
    /// What cargo is to look at.
    fn selection(&self) -> Vec<&str> {
        self.package.as_deref().map_or_else(|| vec!["--workspace"], |package| vec!["--package", package])
    }
}

/// A program of tests that cargo has built.
struct Program {
    package: String,
    /// Kind and name as cargo calls them: `lib registry`, `test all`.
    target: String,
    executable: PathBuf,
    /// The folder of the crate, in which its tests expect to run.
    folder: PathBuf,
}

/// How a program ended and how long it took.
struct Outcome {
    package: String,
    name: String,
    /// Where what it said was written.
    output: PathBuf,
    /// `None` when it hung and was killed.
    status: Option<ExitStatus>,
    took: Duration,
}

impl Outcome {
    fn passed(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    fn describe(&self) -> String {
        let ended = match self.status {
            None => "hung and was killed".to_owned(),
            Some(status) if status.success() => "passed".to_owned(),
            Some(status) => format!("failed ({status})"),
        };
        format!("{} {ended} after {:.1} s", self.name, self.took.as_secs_f64())
    }
}

/// Installs, starts PostgreSQL, builds, runs every test.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    packages::ensure(root, packages::FOR_TESTS)?;
    let url = db::ensure(root)?;
    let programs = build(root, options)?;
    let began = Instant::now();
    let outcomes = run_programs(root, &programs, &url)?;
    let took = began.elapsed();
    if let Some(file) = &options.results {
        write_results(root, &outcomes, file)?;
    }
    let documents = test_documents(root, options);
    summarise(&outcomes, programs.len(), took)?;
    documents
}

/// The examples in documentation. The same selection of crates as the tests: another one has other features, and is another build of everything.
fn test_documents(root: &Path, options: &Options) -> anyhow::Result<()> {
    if options.package.as_ref().is_some_and(|package| !root.join("crates").join(package).join("src/lib.rs").exists()) {
        return Ok(());
    }
    process::run(process::cargo(root, &["test", "--doc", "--no-fail-fast"]).args(options.selection()))
}

/// Builds all programs of tests and says where they are.
fn build(root: &Path, options: &Options) -> anyhow::Result<Vec<Program>> {
    let mut command = process::cargo(root, &["test", "--no-run", "--message-format", "json-render-diagnostics"]);
    let messages = process::output_beside_errors(command.args(options.selection()))?;
    let mut programs = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).context("cargo speaks JSON")?;
        let is_test = message.pointer("/profile/test").and_then(Value::as_bool) == Some(true);
        if is_test && message.get("executable").is_some_and(Value::is_string) {
            programs.push(read_program(&message).with_context(|| format!("cargo describes a program in an unknown way: {line}"))?);
        }
    }
    ensure!(!programs.is_empty(), "cargo has built no program of tests");
    let rank = |program: &Program| LONGEST_FIRST.iter().position(|name| *name == program.package).unwrap_or(LONGEST_FIRST.len());
    programs.sort_by_key(rank);
    Ok(programs)
}

fn read_program(message: &Value) -> Option<Program> {
    let text = |pointer: &str| message.pointer(pointer)?.as_str().map(str::to_owned);
    let folder = Path::new(&text("/manifest_path")?).parent()?.to_owned();
    let package = folder.file_name()?.to_str()?.to_owned();
    let target = format!("{} {}", text("/target/kind/0")?, text("/target/name")?);
    Some(Program { package, target, executable: text("/executable")?.into(), folder })
}

/// Runs them beside each other.
fn run_programs(root: &Path, programs: &[Program], url: &str) -> anyhow::Result<Vec<Outcome>> {
    let folder = root.join("target/test-output");
    fs::create_dir_all(&folder)?;
    let waiting = Mutex::new(programs.iter());
    let ended = Mutex::new(Vec::new());
    let lane = || -> anyhow::Result<()> {
        loop {
            let Some(program) = waiting.lock().ok().context("another lane failed")?.next() else { return Ok(()) };
            let name = format!("{} ({})", program.package, program.target);
            let output = folder.join(format!("{}-{}.txt", program.package, program.target.replace(' ', "-")));
            println!("     Running {name}, output in {}", output.strip_prefix(root)?.display());
            let outcome = run_program(program, name, &output, url)?;
            let said = fs::read(&output)?;
            let mut ended = ended.lock().ok().context("another lane failed")?;
            println!("\n     {}\n{}", outcome.describe(), String::from_utf8_lossy(&said).trim_end());
            ended.push(outcome);
        }
    };
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().try_for_each(|lane| lane.join().map_err(|_| anyhow::anyhow!("a lane of tests panicked"))?)
    })?;
    Ok(ended.into_inner().unwrap_or_default())
}

fn run_program(program: &Program, name: String, said: &Path, url: &str) -> anyhow::Result<Outcome> {
    let began = Instant::now();
    let output = File::create(said).with_context(|| format!("cannot write {}", said.display()))?;
    let mut command = Command::new(&program.executable);
    // CARGO_MANIFEST_DIR as `cargo test` sets it; the one that is inherited is of this program.
    command.current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder).env("KENSHIN_TEST_POSTGRES", url);
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
    let mut child = command.spawn().with_context(|| format!("could not start {}", program.executable.display()))?;
    let mut status = child.try_wait()?;
    while status.is_none() && began.elapsed() < LONGEST {
        std::thread::park_timeout(Duration::from_millis(20));
        status = child.try_wait()?;
    }
    if status.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(Outcome { package: program.package.clone(), name, output: said.to_owned(), status, took: began.elapsed() })
}

/// A line for each test: day in Japan, what was tested on which databases, crate, name without its modules, how it ended.
fn write_results(root: &Path, outcomes: &[Outcome], file: &Path) -> anyhow::Result<()> {
    let today = process::output(process::command(root, "date", &["+%F"]).env("TZ", "Asia/Tokyo"))?;
    let run = format!("{},{},{DATABASES}", today.trim(), commit(root));
    let mut lines = vec!["date,commit,databases,crate,test,outcome".to_owned()];
    for outcome in outcomes {
        let said = fs::read_to_string(&outcome.output)?;
        let ended = said.lines().filter_map(ended).map(|(test, ended)| format!("{run},{},{test},{ended}", outcome.package));
        lines.extend(ended);
    }
    fs::write(file, lines.join("\n") + "\n").with_context(|| format!("cannot write {}", file.display()))
}

/// The commit of the sources, with `+changes` where they are not as it has them; `unknown` without git.
fn commit(root: &Path) -> String {
    let git = |arguments: &[&str]| process::output(&mut process::command(root, "git", arguments));
    let (Ok(commit), Ok(changes)) = (git(&["rev-parse", "HEAD"]), git(&["status", "--porcelain"])) else { return "unknown".to_owned() };
    format!("{}{}", commit.trim(), if changes.trim().is_empty() { "" } else { "+changes" })
}

/// The test of a line such as `test tests::it_holds ... ok`, and how it ended.
fn ended(line: &str) -> Option<(&str, &'static str)> {
    let (test, ended) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let ended = match ended {
        "ok" => "passed",
        ignored if ignored.starts_with("ignored") => "ignored",
        failed if failed.starts_with("FAILED") => "failed",
        _ => return None,
    };
    Some((test.split(' ').next()?.rsplit("::").next()?, ended))
}

/// The closing lines: what took longest, what failed, how many of each.
fn summarise(outcomes: &[Outcome], programs: usize, took: Duration) -> anyhow::Result<()> {
    let mut longest: Vec<&Outcome> = outcomes.iter().collect();
    longest.sort_by_key(|outcome| std::cmp::Reverse(outcome.took));
    println!("\ntest programs took {:.0} s, the longest:", took.as_secs_f64());
    longest.iter().take(6).for_each(|outcome| println!("  {}", outcome.describe()));
    let failed: Vec<String> = outcomes.iter().filter(|outcome| !outcome.passed()).map(Outcome::describe).collect();
    failed.iter().for_each(|failed| println!("  {failed}"));
    println!("{} passed, {} failed", outcomes.len() - failed.len(), failed.len());
    if !failed.is_empty() {
        bail!("tests failed:\n{}", failed.join("\n"));
    }
    ensure!(outcomes.len() == programs, "only {} of {programs} test programs were run", outcomes.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_test_ended_is_read_from_its_line() {
        assert_eq!(ended("test tests::it_holds ... ok"), Some(("it_holds", "passed")));
        assert_eq!(ended("test a::b::it_stops - should panic ... ok"), Some(("it_stops", "passed")));
        assert_eq!(ended("test it_does_not ... FAILED"), Some(("it_does_not", "failed")));
        assert_eq!(ended("test soak_it ... ignored, a soak: hours"), Some(("soak_it", "ignored")));
        assert_eq!((ended("test result: ok. 3 passed"), ended("running 3 tests")), (None, None));
    }
}
