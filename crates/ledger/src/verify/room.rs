use store::{RoomName, StoreError, Tx};

use super::judge::judge;
use super::lookup::Lookup;
use super::signed::Signed;
use super::walk::Walk;
use super::{Report, Trusted};
use crate::LedgerError;
use crate::log::Head;

/// Verifies one log; `None` when the room has none. `progress` hears of the entries seen so far. Blocks.
pub fn verify_room(room: &store::Room, trusted: &Trusted, mut progress: impl FnMut(u64)) -> Result<Option<Report>, LedgerError> {
    room.read_blocking(|tx| verify_in(tx, room.name(), trusted, &mut progress))
}

/// The same within a transaction.
pub(super) fn verify_in(
    tx: &mut Tx,
    name: &RoomName,
    trusted: &Trusted,
    progress: &mut impl FnMut(u64),
) -> Result<Option<Report>, LedgerError> {
    let head = match Head::row(tx) {
        // The room of a party without a ledger has no such table.
        Err(LedgerError::Store(StoreError::Schema(_))) => return Ok(None),
        head => head?,
    };
    let mut findings = Vec::new();
    let signed = Signed::read(tx, &crate::origin(name), trusted, &mut findings)?;
    let mut walk = Walk::new(&signed, Lookup::read(tx)?, findings);
    walk.entries(tx, progress)?;
    walk.compare_rest(tx)?;
    walk.compare_beside(tx)?;
    Ok(Some(Report {
        room: name.clone(),
        size: walk.tree.frontier.size(),
        root: walk.tree.frontier.root(),
        signed: walk.vouched,
        checkpoints: walk.kept_promises(false),
        outside: walk.kept_promises(true),
        key_given: signed.key_given,
        findings: judge(&walk, head.as_ref(), &signed.good),
    }))
}
