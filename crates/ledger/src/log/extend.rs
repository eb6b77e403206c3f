//! Proofs that this process asks of its own log before it builds upon it.

use std::ops::Range;

use store::Tx;

use super::{Head, each_entry};
use crate::merkle::{Consistency, ProofError, consistency_path, leaf, range_root};
use crate::tiles::{Shelf, TILE_WIDTH, Tiles};
use crate::{Hash, LedgerError};

/// Refuses a tree that does not begin with the tree of this size and root (RFC 6962, section 2.1.2).
pub(super) fn prove(tx: &mut Tx, head: &Head, size: u64, root: &Hash) -> Result<(), LedgerError> {
    let refused = LedgerError::Damaged("it does not go on from what it was");
    if size == 0 || size == head.size() {
        return if size == 0 || *root == head.root { Ok(()) } else { Err(refused) };
    }
    if size > head.size() {
        return Err(LedgerError::Damaged("it was longer"));
    }
    let shelf = Shelf::default();
    let mut tiles = Tiles::new(tx, head.size(), &shelf);
    let path = consistency_path(size, head.size(), |height, at| tiles.node(height, at))?;
    Consistency { from: size, to: head.size(), path }.verify(root, &head.root).map_err(|_| refused)
}

/// Hands over the entries of a range, once their bytes are known to be those that the head stands for.
pub(crate) fn each_proven(tx: &mut Tx, head: &Head, range: Range<u64>, entry: impl FnMut(u64, &[u8])) -> Result<(), LedgerError> {
    each_proven_by(tx, head, &Shelf::default(), range, entry)
}

/// Hands over the entries of a range, or nothing for each that cannot be shown to be what the head stands for: it is missing, or was changed, or
/// the hashes around it were. Beyond the last full tile one that was changed takes neighbours with it, 255 at most.
pub(crate) fn each_judged(
    tx: &mut Tx,
    head: &Head,
    shelf: &Shelf,
    range: Range<u64>,
    entry: &mut dyn FnMut(u64, Option<&[u8]>),
) -> Result<(), LedgerError> {
    match each_proven_by(tx, head, shelf, range.clone(), |position, bytes| entry(position, Some(bytes))) {
        Err(LedgerError::Damaged(_)) if range.end - range.start > 1 => {
            let middle = range.start.midpoint(range.end);
            each_judged(tx, head, shelf, range.start..middle, entry)?;
            each_judged(tx, head, shelf, middle..range.end, entry)
        }
        Err(LedgerError::Damaged(_)) => {
            entry(range.start, None);
            Ok(())
        }
        proven => proven,
    }
}

fn each_proven_by(
    tx: &mut Tx,
    head: &Head,
    shelf: &Shelf,
    range: Range<u64>,
    mut entry: impl FnMut(u64, &[u8]),
) -> Result<(), LedgerError> {
    if range.is_empty() {
        return Ok(());
    }
    let (mut entries, mut leaves) = (Vec::new(), Vec::new());
    each_entry(tx, range.clone(), |position, bytes| {
        leaves.push(leaf(bytes));
        entries.push((position, bytes.to_vec()));
    })?;
    let mut tiles = Tiles::new(tx, head.size(), shelf);
    let mut rest = leaves.as_slice();
    // Each by the perfect subtree it is in: the hashes of others say nothing of it.
    for (first, count, root) in head.frontier.parts() {
        let part = first..first + count;
        let within = range.start.max(part.start)..range.end.min(part.end);
        if within.is_empty() {
            continue;
        }
        let known = rest.split_off(..usize::try_from(within.end - within.start).unwrap_or(usize::MAX)).unwrap_or_default();
        if range_root(part, within, known, |height, at| tiles.node(height, at))? != root {
            return Err(LedgerError::Damaged("entries are not those that were recorded"));
        }
    }
    if !rest.is_empty() {
        return Err(ProofError::Outside.into());
    }
    entries.iter().for_each(|(position, bytes)| entry(*position, bytes));
    Ok(())
}

/// The leaves that do not fill a tile yet, if they are those that the head stands for.
pub(super) fn rest(tx: &mut Tx, head: &Head) -> Result<Vec<Hash>, LedgerError> {
    let leaves = super::leaves(tx, head.size() / TILE_WIDTH * TILE_WIDTH..head.size())?;
    if head.frontier.ends_with(&leaves) {
        Ok(leaves)
    } else {
        Err(LedgerError::Damaged("its newest entries are not those that were recorded"))
    }
}
