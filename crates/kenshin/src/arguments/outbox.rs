//! What is asked of the messages that a system has to send.

use clap::{Args, Subcommand};
use vocabulary::{Id128, MunicipalityCode};

use super::{Operator, Place, values};

/// `kenshin outbox …`
#[derive(Debug, Subcommand)]
pub enum Outbox {
    /// The messages that wait or are dead letters, dead letters first, without a word of what they say
    List(OutboxList),
    /// Send a dead letter again under its own key, once what spoilt it is mended
    Retry(OneLetter),
    /// Give a dead letter up
    Drop(DropLetter),
}

/// Whose messages, and where.
#[derive(Debug, Clone, Args)]
pub struct Sender {
    #[command(flatten)]
    pub place: Place,
    /// The system that has something to tell: registry, atena, relay, hub-core, network …
    #[arg(long, value_name = "SYSTEM", default_value = "registry", value_parser = values::system)]
    pub system: String,
    /// 6-digit code of the municipality; without it the one room of a national party
    #[arg(long, value_name = "CODE", value_parser = values::municipality)]
    pub municipality: Option<MunicipalityCode>,
    #[command(flatten)]
    pub operator: Operator,
}

/// `kenshin outbox list`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  kenshin outbox list --municipality 991015\n  kenshin outbox list --system hub-core --municipality 991015\n  \
    kenshin outbox list --system network"
)]
pub struct OutboxList {
    #[command(flatten)]
    pub sender: Sender,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin outbox retry`
#[derive(Debug, Args)]
pub struct OneLetter {
    #[command(flatten)]
    pub sender: Sender,
    /// The message's key
    pub key: Id128,
}

/// `kenshin outbox drop`
#[derive(Debug, Args)]
pub struct DropLetter {
    #[command(flatten)]
    pub letter: OneLetter,
    /// Why, for the record of use: up to 200 bytes, nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = values::reason)]
    pub reason: String,
}
