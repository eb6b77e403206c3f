//! The log of one room in the room's own database: appending, and what is kept in memory between appends.

mod append;
mod bundle;
mod checkpoint;
mod extend;
mod group;
mod head;
mod known;
mod mark;
mod schema;

use std::sync::Arc;

use vault::Vault;
use vocabulary::Clock;

use crate::LedgerError;
use crate::note::VerifierKey;
pub(crate) use append::{Log, each_entry, leaves, tile_roots};
pub(crate) use bundle::{Bundle, Draft, entries};
pub(crate) use checkpoint::{first_signed, latest_checkpoint};
pub(crate) use extend::{each_judged, each_proven};
pub(crate) use group::Group;
pub(crate) use head::{Head, HeadRow, Signed};
pub(crate) use known::Shown;
pub(crate) use mark::Mark;
#[cfg(test)]
pub(crate) use schema::ledger_head;
pub(crate) use schema::{ledger_batch, ledger_checkpoint, ledger_key, ledger_lookup, ledger_lookup_head, ledger_tile};
pub(crate) use schema::{ledger_cosigned, ledger_witnessed};
pub(crate) use schema::{ledger_people, ledger_people_list, ledger_people_merged, ledger_people_run};

/// The writing side of a room's log; an empty one is made in a room that has none yet.
pub(crate) fn open(room: &store::Room, vault: &Vault, clock: Arc<dyn Clock>, mark: Option<Mark>) -> Result<Log, LedgerError> {
    // The head is made before the key that signs, and nothing is written without one: where there is a key and no head, or a head that was
    // written and no key, somebody took the other away, and it is not made again.
    if vault.signers(SIGNER).is_empty() {
        match room.read_blocking(Head::row)? {
            None => room.write_blocking(|tx| Head::found(tx, vault))?,
            Some(head) if head.is_first() => {}
            Some(_) => {
                // Another process may have made the key since the vault was opened.
                vault.refresh_blocking()?;
                if vault.signers(SIGNER).is_empty() {
                    return Err(LedgerError::Damaged("the key that signs its checkpoints is gone"));
                }
            }
        }
    }
    let signer = vault.signer_blocking(SIGNER)?;
    let key = VerifierKey::new(&crate::origin(room.name()), signer.verifying_key());
    if !room.read_blocking(|tx| checkpoint::knows_key(tx, &key))? {
        room.write_blocking(|tx| checkpoint::remember_key(tx, &key, clock.now_ms()))?;
    }
    Ok(Log::new(key, signer, vault.clone(), clock, mark))
}

/// The signing key of a room's log, as its vault calls it.
pub(crate) const SIGNER: &str = "ledger";

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
