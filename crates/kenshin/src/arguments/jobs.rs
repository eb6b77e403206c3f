//! What is asked of the long pieces of work of a system.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use vocabulary::Id128;

use super::{SystemRoom, values};

/// `kenshin jobs …`
#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// The newest jobs
    List(JobList),
    /// One job: its state, its progress, what came of it
    Show(OneJob),
    /// The kinds of work that can be started: what each does and asks
    Kinds(ListKinds),
    /// Ask for work: the system's server does it, now or when it starts, or this command with --here. The same work asked for again before its end is the same job
    Start(StartJob),
    /// Take a file that a job wrote, in plain: refused rows, lists for a printer. Whom it tells of, and what for, stands in the record of use
    Take(TakeFile),
    /// Stop a job; what its portions did stays done
    Cancel(OneJob),
    /// Let a job go on that was refused, failed or cancelled, from where it stood
    Resume(OneJob),
    /// Let a job begin that was asked for here and waits for a second person: another account of the machine than the one that asked
    Approve(OneJob),
}

/// `kenshin jobs kinds`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  kenshin jobs kinds\n  kenshin jobs kinds extract\n  kenshin jobs kinds --system hub-core")]
pub struct ListKinds {
    /// This kind alone
    pub kind: Option<String>,
    /// The system: registry, hub-core …
    #[arg(long, value_name = "SYSTEM", default_value = "registry", value_parser = values::system)]
    pub system: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin jobs list`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  kenshin jobs list --municipality 991015\n  kenshin jobs list --system hub-core")]
pub struct JobList {
    #[command(flatten)]
    pub room: SystemRoom,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin jobs start`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  kenshin jobs start --municipality 991015 extract fiscalYear=2026 on=2026-06-01\n  \
    kenshin jobs start --municipality 991015 issue-vouchers extraction=1\n  \
    kenshin jobs start --municipality 991015 import-results recordType=2 --file stomach.csv\n  \
    kenshin jobs start --municipality 991015 import-residents --file residents.csv --here")]
pub struct StartJob {
    #[command(flatten)]
    pub room: SystemRoom,
    /// The kind of work: `kenshin jobs kinds` lists them, with what each asks
    pub kind: String,
    /// What it asks, as `kenshin jobs kinds KIND` tells it: several of one field are written with commas between them
    #[arg(value_name = "KEY=VALUE")]
    pub fields: Vec<String>,
    /// The file that it asks for (its field `file`): a copy is put into the media folder for the server, and erased after 30 days
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Do it here and now, without a server: work of a city's registry that needs no other party
    #[arg(long)]
    pub here: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin jobs show`, `cancel`, `resume`, `approve`
#[derive(Debug, Args)]
pub struct OneJob {
    #[command(flatten)]
    pub room: SystemRoom,
    /// The job's id
    pub id: Id128,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin jobs take`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  kenshin jobs take --municipality 991015 8f…3c rejects.csv --out rejects.csv --reason '取込元への連絡'\n\n\
    `kenshin jobs show` lists the files of a job. They are kept for 30 days."
)]
pub struct TakeFile {
    #[command(flatten)]
    pub room: SystemRoom,
    /// The job's id
    pub id: Id128,
    /// The file's name
    pub name: String,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// What for: it stands in the record of use
    #[arg(long, value_name = "TEXT", value_parser = values::reason)]
    pub reason: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
