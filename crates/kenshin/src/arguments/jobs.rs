//! What is asked of the long pieces of work of a system.

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
    Kinds(WorkKinds),
    /// Ask for work: the system's server does it, now or when it starts. The same work asked for again before its end is the same job
    Start(StartJob),
    /// Stop a job; what its portions did stays done
    Cancel(OneJob),
    /// Let a job go on that was refused, failed or cancelled, from where it stood
    Resume(OneJob),
    /// Let a job begin that was asked for here and waits for a second person: another account of the machine than the one that asked
    Approve(OneJob),
}

/// `kenshin jobs kinds`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  kenshin jobs kinds --system hub-core")]
pub struct WorkKinds {
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
    kenshin jobs start --municipality 991015 issue-vouchers extraction=1")]
pub struct StartJob {
    #[command(flatten)]
    pub room: SystemRoom,
    /// The kind of work: `kenshin jobs kinds` lists them
    pub kind: String,
    /// What it asks: several of one field are written with commas between them
    #[arg(value_name = "KEY=VALUE")]
    pub fields: Vec<String>,
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
