//! The log of one room in the room's own database: appending, and what is kept in memory between appends.

mod append;
mod bundle;
mod checkpoint;
mod group;
mod head;
mod schema;

use crate::LedgerError;
use crate::note::VerifierKey;
pub(crate) use append::{Log, each_entry, leaves, tile_roots};
pub(crate) use bundle::{Bundle, Draft, entries};
pub(crate) use checkpoint::latest_checkpoint;
pub(crate) use group::Group;
pub(crate) use head::{Head, Row};
pub(crate) use schema::{ledger_batch, ledger_checkpoint, ledger_key, ledger_lookup, ledger_lookup_head, ledger_tile};
pub(crate) use schema::{ledger_people, ledger_people_list, ledger_people_merged, ledger_people_run};

/// Makes the head of an empty log and notes the key that signs it; a room that has both is only read.
pub(crate) fn found(room: &store::Room, key: &VerifierKey, now: i64) -> Result<(), LedgerError> {
    let founded = room.read_blocking(|tx| Ok::<_, LedgerError>(Head::row(tx)?.is_some() && checkpoint::knows_key(tx, key)?))?;
    if founded {
        return Ok(());
    }
    room.write_blocking(|tx| {
        Head::found(tx)?;
        checkpoint::remember_key(tx, key, now)
    })
}

/// The one row of tables that have one row.
pub(crate) const ONE: i64 = 1;

/// A position or a size as the database keeps it.
pub(crate) fn column(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// A column as a position; nothing below 0 was ever written.
pub(crate) fn position(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(u64::MAX)
}
