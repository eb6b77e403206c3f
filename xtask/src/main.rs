//! The chores of the house: `cargo xtask <chore>`; nothing else runs them.
//!
//! To add one: a file here with a `pub fn run`, a variant of `Chore` with one sentence of help, a line in `main`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore's result is what it prints")]

mod controls;
mod db;
mod deny;
mod floors;
mod fuzz;
mod glossary;
mod limits;
mod made;
mod migrations;
mod packages;
mod paths;
mod process;
mod prove;
mod recorded;
mod soak;
mod test;
mod tidy;
mod update;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The chores of the house")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Everything that must pass, on both databases: sets up PostgreSQL, Chromium, SoftHSM and cvc5, then runs all tests, a short run of every fuzz target among them.
    Test(test::Options),
    /// Floors and the reach of `number`, licences and origin of dependencies, file limits, glossary, migrations unchanged once released, claims of what proves the assessment.
    Tidy,
    /// Generated documents: permissions, OpenAPI, command reference. With --check fails when they are stale.
    Update(update::Options),
    /// A private PostgreSQL for tests; prints its URL.
    Db(DbOptions),
    /// The fuzz targets: a short run of each, or one of them for longer.
    Fuzz(fuzz::Options),
    /// Proves what the policies of all systems promise (T-13b), with the solver cvc5.
    Prove,
    /// Long runs that are too slow for every change.
    Soak(soak::Options),
    /// Records the digests of the migrations of this release, which may not change afterwards.
    ReleaseMigrations,
}

#[derive(clap::Args)]
struct DbOptions {
    /// Stop it instead.
    #[arg(long)]
    stop: bool,
}

fn main() -> anyhow::Result<()> {
    let root = root()?;
    match Arguments::parse().chore {
        Chore::Test(options) => test::run(&root, &options),
        Chore::Tidy => tidy::run(&root),
        Chore::Update(options) => update::run(&root, &options),
        Chore::Db(options) if options.stop => db::stop(&root),
        Chore::Db(_) => db::ensure(&root).map(|url| println!("{url}")),
        Chore::Fuzz(options) => fuzz::run(&root, &options),
        Chore::Prove => prove::run(&root),
        Chore::Soak(options) => soak::run(&root, &options),
        Chore::ReleaseMigrations => migrations::record(&root),
    }
}

/// The top of the repository: the parent of this crate's folder.
fn root() -> anyhow::Result<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).context("xtask lies in the repository")
}
