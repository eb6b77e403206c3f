use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::prelude::*;
use store::Tx;
use vault::Vault;
use vocabulary::Clock;

use super::checkpoint;
use super::known::{Edge, HeadCache};
use super::mark::{Mark, MarkText};
use super::schema::{ledger_batch, ledger_tile};
use super::{Bundle, Head, Shown, column, entries};
use crate::LedgerError;
use crate::merkle::{Frontier, Hash, leaf};
use crate::note::{SignedCheckpoint, VerifierKey};
use crate::tiles::TILE_WIDTH;
use crate::witness::Expected;

/// Milliseconds between signed checkpoints while there are entries to sign.
const SIGN_EVERY: i64 = 1000;

/// The writing side of a room's log.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) key: VerifierKey,
    pub(crate) signer: seal::Signer,
    pub(crate) clock: Arc<dyn Clock>,
    /// What witnesses are expected to say of it.
    pub(crate) expected: Expected,
    vault: Vault,
    known: HeadCache,
    mark: Option<Mark>,
    /// Whether the mark could not be read yet: nothing is built upon a log that may have gone back.
    is_unread: AtomicBool,
}

impl Log {
    /// Of a log that goes on from its mark, where it has one.
    pub(crate) fn new(key: VerifierKey, signer: seal::Signer, vault: Vault, clock: Arc<dyn Clock>, mark: Option<Mark>) -> Self {
        let is_unread = AtomicBool::new(mark.is_some());
        let (expected, known) = (Expected::default(), HeadCache::default());
        let log = Self { key, signer, clock, expected, vault, known, mark, is_unread };
        if let (Err(error), Some(mark)) = (log.read_mark(), &log.mark) {
            let (room, mark) = (log.key.name(), mark.path().display());
            tracing::error!(alarm = "damaged", room, %mark, %error, "this file must be readable, and as it was written");
        }
        log
    }

    /// Learns from the mark, once, how far the log was; refuses while it cannot be read.
    fn read_mark(&self) -> Result<(), LedgerError> {
        if let Some(mark) = self.mark.as_ref().filter(|_| self.is_unread.load(Ordering::Acquire)) {
            if let Some(MarkText { seen, shown }) = mark.read()? {
                self.known.begin(seen);
                shown.into_iter().for_each(|shown| self.known.heed(shown));
            }
            self.is_unread.store(false, Ordering::Release);
        }
        Ok(())
    }

    /// The head, kept from others, and the edge of a log that can be built upon.
    fn lock(&self, tx: &mut Tx) -> Result<(Head, Edge), LedgerError> {
        self.read_mark()?;
        self.known.lock(tx, &self.vault)
    }

    /// Looks whether the log is as this system left it and can be built upon, and keeps outside of the database how far it is. Blocks.
    pub(crate) fn inspect(&self, room: &store::Room) -> Result<(), LedgerError> {
        self.read_mark()?;
        let head = room.read_blocking(|tx| self.known.inspect(tx, &self.vault))?;
        if let Some(mark) = self.due_mark() {
            mark.write(&head);
        }
        Ok(())
    }

    /// Builds nothing upon the log any more before it is proved to go on from this size and root, which its key signed.
    pub(crate) fn heed(&self, shown: Shown) {
        self.known.heed(shown);
    }

    /// Keeps outside of the database what somebody showed: whoever opens the log next asks for no less, until it is proved. Blocks.
    pub(crate) fn mark_shown(&self, shown: Shown, is_proven: bool) {
        if let Some(mark) = &self.mark {
            mark.write_shown(shown, is_proven);
        }
    }

    /// The mark, when it is time to write it.
    fn due_mark(&self) -> Option<&Mark> {
        let is_read = !self.is_unread.load(Ordering::Acquire);
        self.mark.as_ref().filter(|mark| is_read && mark.is_due(self.clock.now_ms()))
    }

    /// Keeps outside of the database how far the log is, when it is time to. Blocks.
    pub(crate) fn mark(&self, room: &store::Room) {
        let Some(mark) = self.due_mark() else { return };
        match room.read_blocking(|tx| Head::proven(tx, &self.vault)) {
            Ok(head) => mark.write(&head),
            Err(error) => tracing::warn!(room = self.key.name(), %error, "how far the record of use is cannot be read"),
        }
    }

    /// Appends within a transaction that writes; returns the positions. Signs a checkpoint when the last is a second old. Refuses while a cosignature
    /// that is required is overdue.
    pub(crate) fn append(&self, tx: &mut Tx, bundle: &Bundle) -> Result<Range<u64>, LedgerError> {
        self.expected.allow(self.clock.now_ms())?;
        self.append_unwitnessed(tx, bundle)
    }

    /// [`Log::append`] also while such a cosignature is overdue.
    pub(crate) fn append_unwitnessed(&self, tx: &mut Tx, bundle: &Bundle) -> Result<Range<u64>, LedgerError> {
        let now = self.clock.now_ms();
        bundle.people().iter().try_for_each(|people| people.write(tx))?;
        let (mut head, mut edge) = self.lock(tx)?;
        let before = head.size();
        let mut full = Vec::new();
        for leaf in bundle.leaves() {
            edge.leaves.push(*leaf);
            head.frontier.push(*leaf, |level, number, root| full.push((level, number, root)));
            for (level, number, root) in full.drain(..) {
                let hashes = if level == 0 { std::mem::take(&mut edge.leaves) } else { roots(tx, level - 1, number, &root)? };
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
        // Also when the clock went back: no stretch of the log may stay unsigned.
        if head.signed.as_ref().is_none_or(|signed| now - signed.at >= SIGN_EVERY || now < signed.at) {
            checkpoint::sign(tx, self, &mut head, &mut edge, now)?;
        }
        head.replace(tx, &self.vault)?;
        let after = head.size();
        self.known.keep(Edge { size: after, root: head.root, ..edge });
        Ok(before..after)
    }

    /// Signs what there is, unless the latest checkpoint says it already → the latest checkpoint.
    pub(crate) fn sign(&self, tx: &mut Tx) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let (mut head, mut edge) = self.lock(tx)?;
        if head.size() > head.signed.as_ref().map_or(0, |signed| signed.size) {
            checkpoint::sign(tx, self, &mut head, &mut edge, self.clock.now_ms())?;
            head.replace(tx, &self.vault)?;
        }
        let last = checkpoint::last(tx, &head)?;
        self.known.keep(edge);
        Ok(last)
    }

    /// Goes through the motions of an append and leaves the log as it is: to see whether one would succeed.
    pub(crate) fn rehearse(&self, tx: &mut Tx) -> Result<(), LedgerError> {
        const NOWHERE: i64 = -1;
        let (mut head, mut edge) = self.lock(tx)?;
        checkpoint::prove_last(tx, &head, &mut edge)?;
        let row = (ledger_batch::first.eq(NOWHERE), ledger_batch::count.eq(0), ledger_batch::entries.eq(Vec::new()));
        diesel::insert_into(ledger_batch::table).values(row).execute(tx)?;
        diesel::delete(ledger_batch::table.find(NOWHERE)).execute(tx)?;
        head.replace(tx, &self.vault)?;
        self.known.keep(edge);
        self.expected.allow(self.clock.now_ms())
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

/// The roots of the 256 tiles that make up one tile of the level above, which has this root.
fn roots(tx: &mut Tx, level: u8, parent: u64, root: &Hash) -> Result<Vec<Hash>, LedgerError> {
    let roots = tile_roots(tx, level, parent * TILE_WIDTH..(parent + 1) * TILE_WIDTH)?;
    if Frontier::over(&roots).root() == *root { Ok(roots) } else { Err(LedgerError::Damaged("tiles are not those that were recorded")) }
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
