//! What is asked of the messages that a system has to send.

use clap::{Args, Subcommand};
use vocabulary::Id128;

use super::{SystemRoom, values};

/// `kenshin outbox …`
#[derive(Debug, Subcommand)]
pub enum Outbox {
    /// The messages that wait or are dead letters, dead letters first, without a word of what they say
    List(OutboxList),
    /// Send a dead letter again under its own key, once what spoilt it is mended
    Retry(OneMessage),
    /// Give a dead letter up
    Drop(DropMessage),
}

/// `kenshin outbox list`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  kenshin outbox list --municipality 991015\n  kenshin outbox list --system hub-core --municipality 991015\n  \
    kenshin outbox list --system network"
)]
pub struct OutboxList {
    #[command(flatten)]
    pub room: SystemRoom,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin outbox retry`
#[derive(Debug, Args)]
pub struct OneMessage {
    #[command(flatten)]
    pub room: SystemRoom,
    /// The message's key
    pub key: Id128,
}

/// `kenshin outbox drop`
#[derive(Debug, Args)]
pub struct DropMessage {
    #[command(flatten)]
    pub message: OneMessage,
    /// Why, for the record of use: up to 200 bytes, nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = values::reason)]
    pub reason: String,
}
