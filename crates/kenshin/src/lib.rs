//! The command line, and the wiring of systems into processes.
//!
//! To add a command: its arguments in `arguments.rs`, its file in `commands/`, its line in [`run`].

pub mod arguments;
mod commands;
mod evidence;
mod making;
mod operator;
mod output;

pub use output::Ending;

use anyhow::Context as _;
use arguments::{Arguments, Command};

/// Does what was asked.
pub fn run(arguments: Arguments) -> anyhow::Result<Ending> {
    match arguments.command {
        Command::Demo(demo) => commands::demo::run(&demo),
        Command::Synth(synth) => commands::synth::run(&synth),
        Command::Init(init) => commands::init::run(&init),
        Command::Certify(certify) => commands::certify::run(&certify),
        Command::Registry(registry) => commands::registry::run(&registry),
        Command::Jobs(jobs) => commands::jobs::run(&jobs),
        Command::Accounts(accounts) => commands::accounts::run(&accounts),
        Command::Outbox(outbox) => commands::outbox::run(&outbox),
        Command::Hub(hub) => commands::hub::run(&hub),
        Command::Keys(keys) => commands::keys::run(&keys),
        Command::Serve(serve) => commands::serve::run(&serve),
        Command::Ledger(ledger) => commands::ledger::run(&ledger),
        Command::Catalogue(catalogue) => commands::catalogue::run(&catalogue),
        Command::Evidence(evidence) => commands::evidence::run(&evidence),
        Command::Backup(backup) => commands::backup::run(&backup),
        Command::Restore(restore) => commands::backup::restore(&restore),
        Command::Drill(drill) => commands::backup::drill(&drill),
        Command::Migrate(place) => commands::migrate::run(&place),
        Command::Doctor(doctor) => commands::doctor::run(&doctor),
        Command::Completions { shell } => commands::completions::run(shell),
        Command::Documents { out } => commands::documents::run(&out),
    }
}

/// Says what went wrong, with its causes, and ends with 1; with 2 where the usage was wrong.
pub fn failed(error: &anyhow::Error) -> std::process::ExitCode {
    output::say(&format!("kenshin: {error:#}"));
    if error.is::<output::Usage>() { Ending::Usage.into() } else { Ending::Refused.into() }
}

/// No core is written of what this process holds of people and keys, and no other process of its user may look into it.
pub fn hide_memory() -> anyhow::Result<()> {
    wire::memory::keep_to_itself().context("the memory of this process cannot be kept from others")
}

/// Lets a panic tell its place alone, to the log or to standard error.
pub fn hide_panics() {
    wire::panics::tell_places_only(output::say);
}
