//! What is asked of a room's keys.

use clap::{Args, Subcommand, ValueEnum};

use super::{SystemRoom, values};

/// `kenshin keys …`
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// The keys of a room and what is left of those that were destroyed; never a key itself
    List(KeyList),
    /// Make a new key of a sort, which is used from now on; what the former ones did stays good
    #[command(
        after_help = "A former signing key is believed for what it signed in its time: when it was stolen, `kenshin keys shred` ends it."
    )]
    Rotate(RotateKey),
    /// Destroy a signing key for good, such as one that was stolen; where it is the one that signs, a new one takes its place
    #[command(
        after_help = "The server shows the keys without it from the next time on that somebody asks; others believe what they have for five minutes more.\n\
        What it signed and nobody has taken yet is refused then: `kenshin outbox list` shows what became of it."
    )]
    Shred(ShredKey),
}

/// `kenshin keys list`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  kenshin keys list --municipality 991015\n  kenshin keys list --system hub-core")]
pub struct KeyList {
    #[command(flatten)]
    pub room: SystemRoom,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin keys rotate`
#[derive(Debug, Args)]
pub struct RotateKey {
    #[command(flatten)]
    pub room: SystemRoom,
    /// Which
    #[arg(value_enum)]
    pub sort: KeySort,
}

/// The sorts of keys that are changed by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeySort {
    /// Signs what is told to other parties
    Signing,
    /// Opens what other parties seal to this one
    Receiving,
    /// Seals the room's cells
    Data,
    /// Wraps the room's other keys; the former is destroyed
    Municipality,
}

/// `kenshin keys shred`
#[derive(Debug, Args)]
pub struct ShredKey {
    #[command(flatten)]
    pub room: SystemRoom,
    /// Its number in the list
    pub key: u32,
    /// Why, for the record of use and the key's certificate: up to 200 bytes, nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = values::reason)]
    pub reason: String,
}
