//! What is asked of the record of use.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Place, SystemRoom};

/// `kenshin ledger …`
#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Prove off-line that the record of use is whole: nothing changed, removed, inserted, reordered, rolled back
    Verify(Verify),
    /// Sign what there is and print the checkpoint, to be kept where those who run the rooms cannot write
    Checkpoint(Checkpoint),
    /// Be a witness of another's record of use, where no line leads to it: what servers do by themselves
    #[command(subcommand)]
    Witness(WitnessWork),
    /// Keep the checkpoint that a witness cosigned and brought back in a file
    Cosigned(Cosigned),
    /// Take away the list of people under an entry: no search finds them by it any more. The erasure is an act of the record itself
    Erase(Erase),
}

/// `kenshin ledger checkpoint`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  kenshin ledger checkpoint --municipality 991015 >> /media/worm/checkpoints.txt\n  \
    kenshin ledger checkpoint --municipality 991015 --since 0 --out for-the-witness.txt\n\n\
    Those that witnesses cosigned come first. `kenshin ledger verify --checkpoint FILE` reads them all.\n\
    With --since it is what a witness is asked, with the proof that the record goes on from that size: `kenshin ledger witness cosign` answers it.")]
pub struct Checkpoint {
    #[command(flatten)]
    pub room: SystemRoom,
    /// For a witness that cosigned a checkpoint of so many entries last (0: none yet), which it says when it is another
    #[arg(long, value_name = "SIZE")]
    pub since: Option<u64>,
    /// A file to write instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `kenshin ledger witness …`
#[derive(Debug, Subcommand)]
pub enum WitnessWork {
    /// Cosign another's checkpoint, if it is proved to go on from the one that was cosigned last
    Cosign(Cosign),
    /// Forget what was cosigned of another's record, so that it may begin anew, such as after a backup was restored: an act of this room's record
    Forget(Forget),
}

/// `kenshin ledger witness cosign`
#[derive(Debug, Args)]
#[command(after_help = "Example, from city to city on a medium:\n  \
    kenshin ledger checkpoint --municipality 991015 --since 0 --out ask.txt                                   # the one\n  \
    kenshin ledger witness cosign ask.txt --municipality 992020 --key registry.991015.ledger-key --out cosigned.txt   # the other\n  \
    kenshin ledger cosigned cosigned.txt --municipality 991015 --key registry.992020.witness-key              # the one again\n\n\
    What was cosigned is remembered before the answer is written: no other history of that record is ever cosigned here.")]
pub struct Cosign {
    /// What `kenshin ledger checkpoint --since` wrote
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub room: SystemRoom,
    /// Verifier keys of the records that are witnessed here, one a line [default: those under `witnessed` in the setting]
    #[arg(long, value_name = "FILE")]
    pub key: Vec<PathBuf>,
    /// A file to write instead of standard output: the checkpoint with the cosignature
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `kenshin ledger witness forget`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  kenshin ledger witness forget kenshin/registry_991015 --municipality 992020 --reason \"restored from the backup of 29 November\""
)]
pub struct Forget {
    /// The name of the record, as its key begins
    #[arg(value_name = "ORIGIN")]
    pub origin: String,
    #[command(flatten)]
    pub room: SystemRoom,
    /// Why, for the record: up to 100 bytes, nothing about a person
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `kenshin ledger cosigned`
#[derive(Debug, Args)]
pub struct Cosigned {
    /// What `kenshin ledger witness cosign` wrote
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub room: SystemRoom,
    /// Verifier keys of witnesses, one a line [default: those under `witnesses` in the setting]
    #[arg(long, value_name = "FILE")]
    pub key: Vec<PathBuf>,
}

/// `kenshin ledger erase`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  kenshin ledger erase --municipality 991015 --entry 4711 --reason \"kept for ten years\"")]
pub struct Erase {
    #[command(flatten)]
    pub room: SystemRoom,
    /// The entry, by its position
    #[arg(long, value_name = "POSITION")]
    pub entry: u64,
    /// Why, for the record: up to 100 bytes, nothing about a person
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `kenshin ledger verify`
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    pub place: Place,
    /// Checkpoints kept elsewhere: prove that nothing was rolled back since
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// Verifier keys kept elsewhere, one a line, as `kenshin init` writes them; without one for a room its own are believed. Those of
    /// witnesses (`.witness-key`): their cosignatures under the checkpoints are checked and counted
    #[arg(long, value_name = "FILE")]
    pub key: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
