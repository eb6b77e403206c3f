//! What is asked of the hub's number side.

use clap::{Args, Subcommand};

use super::{Operator, Place, values};

/// `kenshin hub …`
#[derive(Debug, Subcommand)]
pub enum Hub {
    /// What the public side has given for cities whose rooms do not take it
    #[command(subcommand)]
    Held(Held),
}

/// `kenshin hub held …`
#[derive(Debug, Subcommand)]
pub enum Held {
    /// What was put aside because it does not open for its city, what waits for which city, and what is missing
    List(HeldList),
    /// Give what was put aside back to the city whose it is; it takes it in the next round
    Return(ReturnHeld),
    /// Give up a row that was put aside, or say that what is missing was looked into
    Drop(DropHeld),
}

/// Where the hub's rooms are, and who acts there.
#[derive(Debug, Clone, Args)]
pub struct NationRoom {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub operator: Operator,
}

/// `kenshin hub held list`
#[derive(Debug, Args)]
pub struct HeldList {
    #[command(flatten)]
    pub room: NationRoom,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `kenshin hub held return`
#[derive(Debug, Args)]
pub struct ReturnHeld {
    #[command(flatten)]
    pub room: NationRoom,
    /// Its number in the list [default: each that opens for a city]
    pub sequence: Option<i64>,
}

/// `kenshin hub held drop`
#[derive(Debug, Args)]
pub struct DropHeld {
    #[command(flatten)]
    pub room: NationRoom,
    /// Its number in the list
    #[arg(required_unless_present = "missing")]
    pub sequence: Option<i64>,
    /// Instead of a row: what is there is what there is, and what is missing is no longer told
    #[arg(long, conflicts_with = "sequence")]
    pub missing: bool,
    /// Why, for the record of use: up to 200 bytes, nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = values::reason)]
    pub reason: String,
}
