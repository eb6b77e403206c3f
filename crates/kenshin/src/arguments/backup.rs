//! What is asked of backups.

use std::path::PathBuf;

use clap::Args;

use super::{Operator, Place};

/// `kenshin backup`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  kenshin backup --out /backup/kenshin-20261130.backup\n\n\
    While the systems run; sealed to etc/backup-key, whose private half `kenshin init --backup-key FILE` wrote. Master keys and the authority's key are not in it:\n\
    keep them, and the private half, in other places. With PostgreSQL it runs pg_dump. Older backups are the operator's to delete.\n\
    A room whose record cannot be written to (an alarm, a missing master key) is copied as it lies and named, and the exit status is 1.\n\
    `kenshin drill` says whether it can be put back.")]
pub struct Backup {
    #[command(flatten)]
    pub place: Place,
    /// The file to write; never over one that is there
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub operator: Operator,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin restore`
#[derive(Debug, Args)]
#[command(
    after_help = "Example, on the machine that takes the place of the lost one, with the master keys from the safe in data.keys:\n  \
    kenshin restore kenshin-20261130.backup --data data --key backup-key.private\n\n\
    Into an empty place alone. The file is read whole before anything is put in place, and what was put back is compared with what was copied.\n\
    Settings are corrected where they name the old place. What was done after the backup is to be done again: revocations, shreds, erasures.\n\
    Witnesses are to forget what came after (kenshin ledger witness forget); with PostgreSQL it runs pg_restore."
)]
pub struct Restore {
    /// What `kenshin backup` wrote
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Place,
    /// The file of the private half of the key of backups
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Where the master keys are, as of `kenshin init` [default: DATA.keys beside a data directory; with --files or PostgreSQL the folder keys among the files]
    #[arg(long, value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// The SHA-256 that `kenshin backup` told, as it was kept elsewhere: another file is refused
    #[arg(long, value_name = "HEX")]
    pub sha256: Option<String>,
    #[command(flatten)]
    pub operator: Operator,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin drill`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  kenshin drill --backup kenshin-20261130.backup --key backup-key.private\n  \
    kenshin drill --backup kenshin-20261130.backup --key backup-key.private --data postgres://kenshin@db/kenshin --scratch postgres://kenshin@db/drill\n\n\
    Each drill is a line of drills.csv among the files, and stands in the record of use of each room.")]
pub struct Drill {
    /// What `kenshin backup` wrote
    #[arg(long, value_name = "FILE")]
    pub backup: PathBuf,
    /// The file of the private half of the key of backups
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Where the rooms are that it is a backup of, and their master keys
    #[command(flatten)]
    pub place: Place,
    /// The SHA-256 that `kenshin backup` told, as it was kept elsewhere: another file is found not whole
    #[arg(long, value_name = "HEX")]
    pub sha256: Option<String>,
    /// Where it is put back for the time of the drill, in a new folder of its own [default: among the files]; an empty database for a backup of PostgreSQL
    #[arg(long, value_name = "DIR|URL")]
    pub scratch: Option<String>,
    #[command(flatten)]
    pub operator: Operator,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
