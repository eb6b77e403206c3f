use std::sync::Arc;

use store::{RoomName, StoreError, Tx};
use vault::Vault;
use vocabulary::{SystemClock, SystemEntropy};

use super::judge::judge;
use super::lookup::Lookup;
use super::signed::Signed;
use super::walk::Walk;
use super::{Finding, Problem, Report, Trusted};
use crate::LedgerError;
use crate::log::{Head, position};

/// Verifies one log; `None` when the room has none. `progress` hears of the entries seen so far. Blocks.
pub fn verify_room(room: &store::Room, trusted: &Trusted, mut progress: impl FnMut(u64)) -> Result<Option<Report>, LedgerError> {
    let vault = vault_of(room, trusted);
    room.read_blocking(|tx| verify_in(tx, room.name(), trusted, vault.as_ref(), &mut progress))
}

/// The room's vault, if one of the master keys at hand opens it; nothing is made.
fn vault_of(room: &store::Room, trusted: &Trusted) -> Option<Vault> {
    let open = |master| Vault::look_blocking(room, Arc::clone(master), Arc::new(SystemEntropy), Arc::new(SystemClock));
    trusted.masters.iter().find_map(|master| open(master).ok().flatten())
}

/// The same within a transaction.
pub(super) fn verify_in(
    tx: &mut Tx,
    name: &RoomName,
    trusted: &Trusted,
    vault: Option<&Vault>,
    progress: &mut impl FnMut(u64),
) -> Result<Option<Report>, LedgerError> {
    let head = match Head::row(tx) {
        // The room of a party without a ledger has no such table.
        Err(LedgerError::Store(StoreError::Schema(_))) => return Ok(None),
        head => head?,
    };
    let mut findings = Vec::new();
    if let (Some(row), Some(vault)) = (&head, vault)
        && !row.is_proven(vault)
    {
        findings.push(Finding::between(Problem::Stamp, 0, position(row.size)));
    }
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
        cosigned: signed.cosigned,
        key_given: signed.key_given,
        stamp_read: vault.is_some(),
        findings: judge(&walk, head.as_ref(), &signed.good),
    }))
}
