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

/// Lets a panic tell its place alone, to the log or to standard error.
pub fn hide_panics() {
    wire::panics::tell_places_only(output::say);
}
