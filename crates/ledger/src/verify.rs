//! The off-line verifier (`kenshin ledger verify`): everything is computed again from the entries and compared with what is stored, with
//! what was signed, and with checkpoints that were kept elsewhere; so is what a search rests on, the look-up and the lists of people.

mod finding;
mod judge;
mod lookup;
mod people;
mod room;
mod signed;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

pub use finding::{Finding, Problem};
pub use room::verify_room;
use std::sync::Arc;

use store::{RoomName, Rooms};
use vault::MasterKey;

use crate::LedgerError;
use crate::note::{SignedCheckpoint, VerifierKey};

/// What the verifier is told from outside.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    /// Keys that checkpoints must be signed with. For a log without one here, the keys stored beside it are believed. Those of witnesses: what
    /// they cosigned is counted, and must hold.
    pub keys: Vec<VerifierKey>,
    /// Checkpoints that were kept elsewhere: they show a log that was rolled back or forked.
    pub checkpoints: Vec<SignedCheckpoint>,
    /// Master keys that are at hand: where one opens a room, its head must bear the room's own stamp, which nobody makes without.
    pub masters: Vec<Arc<dyn MasterKey>>,
}

/// What the verifier saw of one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The room.
    pub room: RoomName,
    /// Entries found.
    pub size: u64,
    /// The root computed from them.
    pub root: crate::Hash,
    /// How many of them the latest good checkpoint vouches for; those after it are vouched for by the stored head alone, and its stamp.
    pub signed: u64,
    /// Checkpoints stored in the room whose signature and root are right.
    pub checkpoints: u64,
    /// Checkpoints from outside that this log agrees with.
    pub outside: u64,
    /// Cosignatures of known witnesses under checkpoints from outside.
    pub cosigned: u64,
    /// Whether the keys were given from outside or taken from the room.
    pub key_given: bool,
    /// Whether the head's stamp was looked at, which needs the master key.
    pub stamp_read: bool,
    /// What is wrong, by position.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    /// The position of the first difference.
    pub fn first_difference(&self) -> Option<u64> {
        self.findings.iter().map(|finding| finding.from).min()
    }

    /// Entries that no checkpoint vouches for yet.
    pub fn unsigned(&self) -> u64 {
        self.size - self.signed.min(self.size)
    }
}

/// Verifies the logs of all rooms of these systems, one report each; `progress(room, entries so far)` hears of every few thousand.
/// Rooms that have no log are passed over. Blocks for as long as it takes: some three million entries a second.
pub fn verify(
    rooms: &Rooms,
    systems: &[&str],
    trusted: &Trusted,
    mut progress: impl FnMut(&RoomName, u64),
) -> Result<Vec<Report>, LedgerError> {
    let mut reports = Vec::new();
    for system in systems {
        for name in rooms.list(system)? {
            if let Some(room) = rooms.existing(&name)?
                && let Some(report) = verify_room(&room, trusted, |entries| progress(&name, entries))?
            {
                reports.push(report);
            }
        }
    }
    Ok(reports)
}
