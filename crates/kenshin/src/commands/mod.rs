//! One file a command.

pub(crate) mod accounts;
pub(crate) mod backup;
pub(crate) mod by_hand;
pub(crate) mod catalogue;
pub(crate) mod certify;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod documents;
pub(crate) mod evidence;
pub(crate) mod hub;
pub(crate) mod init;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod migrate;
pub(crate) mod outbox;
pub(crate) mod registry;
pub(crate) mod serve;
pub(crate) mod synth;
pub(crate) mod system_room;

use anyhow::Context as _;
use store::RoomName;
use vocabulary::Party;

/// A runtime for the commands that talk.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the threads of the program")
}

/// The party whose master key opens a room: the hub's own that of its rooms of municipalities.
fn keeper(room: &RoomName) -> anyhow::Result<Party> {
    let system = room.system().replace('_', "-");
    Ok(match room.municipality() {
        Some(code) if system != "hub-core" => Party::of(&system, code)?,
        _ => Party::national(&system)?,
    })
}
