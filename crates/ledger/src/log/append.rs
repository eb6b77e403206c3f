use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::prelude::*;
use store::Tx;
use vocabulary::Clock;

use super::checkpoint;
use super::schema::{ledger_batch, ledger_tile};
use super::{Bundle, Head, column, entries};
use crate::LedgerError;
use crate::merkle::{Hash, leaf};
use crate::note::VerifierKey;
use crate::tiles::TILE_WIDTH;

/// Milliseconds between signed checkpoints while there are entries to sign.
const SIGN_EVERY: i64 = 1000;

/// The writing side of a room's log.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) key: VerifierKey,
    pub(crate) signer: seal::Signer,
    pub(crate) clock: Arc<dyn Clock>,
    edge: Mutex<Option<Edge>>,
}

/// Leaf hashes that do not fill a tile yet, as of one root: valid exactly when the head has that size and that root, so that neither
/// a rolled-back transaction nor another process can make it wrong.
#[derive(Debug)]
struct Edge {
    size: u64,
    root: Hash,
    leaves: Vec<Hash>,
}

impl Log {
    pub(crate) fn new(key: VerifierKey, signer: seal::Signer, clock: Arc<dyn Clock>) -> Self {
        Self { key, signer, clock, edge: Mutex::new(None) }
    }

    /// Appends within a transaction that writes; returns the positions. Signs a checkpoint when the last is a second old.
    pub(crate) fn append(&self, tx: &mut Tx, bundle: &Bundle) -> Result<Range<u64>, LedgerError> {
        bundle.people().iter().try_for_each(|people| people.write(tx))?;
        let mut head = Head::lock(tx)?;
        let before = head.size();
        let mut edge = self.edge(tx, &head)?;
        let mut full = Vec::new();
        for leaf in bundle.leaves() {
            edge.leaves.push(*leaf);
            head.frontier.push(*leaf, |level, number, root| full.push((level, number, root)));
            for (level, number, root) in full.drain(..) {
                let hashes = if level == 0 { std::mem::take(&mut edge.leaves) } else { roots(tx, level - 1, number)? };
                insert_tile(tx, level, number, root, &hashes)?;
            }
        }
        diesel::insert_into(ledger_batch::table)
            .values((
                ledger_batch::first.eq(column(before)),
                ledger_batch::count.eq(i64::try_from(bundle.len()).unwrap_or(i64::MAX)),
                ledger_batch::entries.eq(bundle.bytes()),
            ))
            .execute(tx)?;
        head.root = head.frontier.root();
        let now = self.clock.now_ms();
        // Also when the clock went back: no stretch of the log may stay unsigned.
        if head.checkpoint_at.is_none_or(|at| now - at >= SIGN_EVERY || now < at) {
            checkpoint::sign(tx, self, &mut head, now)?;
        }
        head.replace(tx, before)?;
        let after = head.size();
        *self.edge.lock().unwrap_or_else(PoisonError::into_inner) = Some(Edge { size: after, root: head.root, leaves: edge.leaves });
        Ok(before..after)
    }

    /// Signs what there is, unless the latest checkpoint says it already.
    pub(crate) fn sign(&self, tx: &mut Tx) -> Result<(), LedgerError> {
        let mut head = Head::lock(tx)?;
        let signed = checkpoint::latest_checkpoint(tx)?;
        if head.size() > 0 && signed.is_none_or(|note| note.checkpoint().size != head.size()) {
            checkpoint::sign(tx, self, &mut head, self.clock.now_ms())?;
            head.replace(tx, head.size())?;
        }
        Ok(())
    }

    /// Goes through the motions of an append and leaves the log as it is: to see whether one would succeed.
    pub(crate) fn rehearse(&self, tx: &mut Tx) -> Result<(), LedgerError> {
        const NOWHERE: i64 = -1;
        let head = Head::lock(tx)?;
        let row = (ledger_batch::first.eq(NOWHERE), ledger_batch::count.eq(0), ledger_batch::entries.eq(Vec::new()));
        diesel::insert_into(ledger_batch::table).values(row).execute(tx)?;
        diesel::delete(ledger_batch::table.find(NOWHERE)).execute(tx)?;
        head.replace(tx, head.size())
    }

    /// Takes the edge from memory if it belongs to this head, else makes it from the entries.
    fn edge(&self, tx: &mut Tx, head: &Head) -> Result<Edge, LedgerError> {
        let kept = self.edge.lock().unwrap_or_else(PoisonError::into_inner).take();
        match kept.filter(|edge| edge.size == head.size() && edge.root == head.root) {
            Some(edge) => Ok(edge),
            None => {
                Ok(Edge { size: head.size(), root: head.root, leaves: leaves(tx, head.size() / TILE_WIDTH * TILE_WIDTH..head.size())? })
            }
        }
    }
}

/// The leaf hashes of a range, computed from the entries.
pub(crate) fn leaves(tx: &mut Tx, range: Range<u64>) -> Result<Vec<Hash>, LedgerError> {
    let mut leaves = Vec::with_capacity(256);
    each_entry(tx, range, |_, entry| leaves.push(leaf(entry)))?;
    Ok(leaves)
}

/// Hands over the entries of a short range in order; all of them, or the log is damaged.
pub(crate) fn each_entry(tx: &mut Tx, range: Range<u64>, mut entry: impl FnMut(u64, &[u8])) -> Result<(), LedgerError> {
    if range.is_empty() {
        return Ok(());
    }
    let beginning: Option<i64> = ledger_batch::table
        .filter(ledger_batch::first.le(column(range.start)))
        .order(ledger_batch::first.desc())
        .select(ledger_batch::first)
        .first(tx)
        .optional()?;
    let rows: Vec<(i64, Vec<u8>)> = ledger_batch::table
        .filter(ledger_batch::first.ge(beginning.unwrap_or(0)).and(ledger_batch::first.lt(column(range.end))))
        .order(ledger_batch::first)
        .select((ledger_batch::first, ledger_batch::entries))
        .load(tx)?;
    let mut next = range.start;
    for (first, bytes) in &rows {
        for (position, bytes) in (super::position(*first)..range.end).zip(entries(bytes)) {
            if position == next {
                entry(position, bytes.ok_or(LedgerError::Damaged("a batch of entries breaks off"))?);
                next += 1;
            }
        }
    }
    if next == range.end { Ok(()) } else { Err(LedgerError::Damaged("entries are missing")) }
}

/// The roots of the 256 tiles that make up one tile of the level above.
fn roots(tx: &mut Tx, level: u8, parent: u64) -> Result<Vec<Hash>, LedgerError> {
    tile_roots(tx, level, parent * TILE_WIDTH..(parent + 1) * TILE_WIDTH)
}

/// The roots of full tiles, in order; all of the range, or the log is damaged.
pub(crate) fn tile_roots(tx: &mut Tx, level: u8, range: Range<u64>) -> Result<Vec<Hash>, LedgerError> {
    let rows: Vec<(i64, Vec<u8>)> = ledger_tile::table
        .filter(ledger_tile::level.eq(i64::from(level)))
        .filter(ledger_tile::number.ge(column(range.start)).and(ledger_tile::number.lt(column(range.end))))
        .order(ledger_tile::number)
        .select((ledger_tile::number, ledger_tile::root))
        .load(tx)?;
    let missing = LedgerError::Damaged("tiles are missing");
    if !rows.iter().map(|(number, _)| super::position(*number)).eq(range) {
        return Err(missing);
    }
    rows.iter().map(|(_, root)| Hash::try_from(root.as_slice()).ok()).collect::<Option<_>>().ok_or(missing)
}

fn insert_tile(tx: &mut Tx, level: u8, number: u64, root: Hash, hashes: &[Hash]) -> Result<(), LedgerError> {
    diesel::insert_into(ledger_tile::table)
        .values((
            ledger_tile::level.eq(i64::from(level)),
            ledger_tile::number.eq(column(number)),
            ledger_tile::root.eq(root.to_vec()),
            ledger_tile::hashes.eq(hashes.as_flattened()),
        ))
        .execute(tx)?;
    Ok(())
}
