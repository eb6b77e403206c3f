use store::{StoreError, Tx};

use super::judge::judge;
use super::signed::Signed;
use super::walk::Walk;
use super::{Report, Trusted};
use crate::LedgerError;
use crate::log::Head;

/// Verifies one log; `None` when the room has none. `progress` hears of the entries seen so far. Blocks.
pub fn verify_room(room: &store::Room, trusted: &Trusted, mut progress: impl FnMut(u64)) -> Result<Option<Report>, LedgerError> {
    room.read_blocking(|tx: &mut Tx| {
        let head = match Head::row(tx) {
            // The room of a party without a ledger has no such table.
            Err(LedgerError::Store(StoreError::Schema(_))) => return Ok(None),
            head => head?,
        };
        let mut findings = Vec::new();
        let signed = Signed::read(tx, &crate::origin(room.name()), trusted, &mut findings)?;
        let mut walk = Walk::new(&signed.good, findings);
        walk.entries(tx, &mut progress)?;
        walk.compare_rest(tx)?;
        let holds = |outside: bool| {
            signed.good.iter().zip(&walk.held).filter(|(promise, held)| **held && promise.outside == outside).count() as u64
        };
        let (checkpoints, outside) = (holds(false), holds(true));
        Ok(Some(Report {
            room: room.name().clone(),
            size: walk.tree.frontier.size(),
            root: walk.tree.frontier.root(),
            signed: walk.vouched,
            checkpoints,
            outside,
            key_given: signed.key_given,
            findings: judge(walk, head.as_ref(), &signed.good),
        }))
    })
}
