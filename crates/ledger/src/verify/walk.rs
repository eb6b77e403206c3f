use diesel::prelude::*;
use store::Tx;

use super::lookup::Lookup;
use super::people::Named;
use super::signed::{Promise, Signed};
use super::tree::Tree;
use super::{Finding, Problem};
use crate::LedgerError;
use crate::entry::Entry;
use crate::log::{self, ledger_batch, position};
use crate::merkle::leaf;

/// Rows of entries read at a time.
const PAGE: i64 = 128;

/// A pass over the entries of a log.
#[derive(Debug)]
pub(super) struct Walk<'s> {
    pub(super) tree: Tree,
    promises: &'s [Promise],
    pub(super) findings: Vec<Finding>,
    /// For each promise that the walk reached, whether it holds.
    pub(super) held: Vec<bool>,
    /// Entries up to the last promise that holds.
    pub(super) vouched: u64,
    /// The latest instant among the entries after them.
    pub(super) latest: Option<i64>,
    /// The lists of people that entries name.
    named: Named<'s>,
    /// What the entries must be found by.
    lookup: Lookup,
    /// The entries could not be followed to their end.
    pub(super) stopped: bool,
    /// How long the log was by its tiles, if that is more than there is.
    pub(super) length_by_tiles: Option<u64>,
}

impl<'s> Walk<'s> {
    pub(super) fn new(signed: &'s Signed, lookup: Lookup, findings: Vec<Finding>) -> Self {
        Self {
            tree: Tree::default(),
            promises: &signed.good,
            findings,
            held: Vec::new(),
            vouched: 0,
            latest: None,
            named: Named::new(&signed.keys),
            lookup,
            stopped: false,
            length_by_tiles: None,
        }
    }

    /// Takes all entries, or as many as can be followed.
    pub(super) fn entries(&mut self, tx: &mut Tx, progress: &mut impl FnMut(u64)) -> Result<(), LedgerError> {
        self.check_promises();
        let mut last = i64::MIN;
        while !self.stopped {
            progress(self.tree.frontier.size());
            let rows = page(tx, last)?;
            let Some((first, ..)) = rows.last() else { break };
            last = *first;
            for (first, count, bytes) in rows {
                self.row(tx, first, count, &bytes)?;
                if self.stopped {
                    break;
                }
            }
        }
        Ok(())
    }

    pub(super) fn compare_rest(&mut self, tx: &mut Tx) -> Result<(), LedgerError> {
        self.tree.compare_rest(tx)?;
        self.length_by_tiles = self.tree.length_by_tiles(tx)?;
        Ok(())
    }

    /// Compares what is derived from the entries, or lies beside them: lists of people, and what a search finds entries by.
    pub(super) fn compare_beside(&mut self, tx: &mut Tx) -> Result<(), LedgerError> {
        self.named.compare(tx, &mut self.findings)?;
        // Of a log that cannot be followed it is not known what it must be found by.
        if !self.stopped {
            self.lookup.compare(tx, self.tree.frontier.size(), &mut self.findings)?;
        }
        Ok(())
    }

    /// Promises of the room or from outside that hold.
    pub(super) fn kept_promises(&self, outside: bool) -> u64 {
        let kept = self.promises.iter().zip(&self.held).filter(|(promise, held)| **held && promise.outside == outside);
        kept.fold(0, |count, _| count + 1)
    }

    fn row(&mut self, tx: &mut Tx, first: i64, count: i64, bytes: &[u8]) -> Result<(), LedgerError> {
        let before = self.tree.frontier.size();
        if first != log::column(before) {
            let first = u64::try_from(first).unwrap_or(0);
            self.stop(Finding::between(Problem::Gap, before.min(first), before.max(first)));
            return Ok(());
        }
        for entry in log::entries(bytes) {
            let Some((bytes, entry)) = entry.and_then(|bytes| Some((bytes, Entry::decode(bytes).ok()?))) else {
                self.stop(Finding::at(Problem::Unreadable, self.tree.frontier.size()));
                return Ok(());
            };
            self.latest = self.latest.max(Some(entry.instant));
            let at = self.tree.frontier.size();
            self.findings.extend(self.named.take(at, &entry));
            self.lookup.expect(at, &entry);
            if self.tree.push(leaf(bytes)) {
                self.tree.compare(tx, &mut self.findings)?;
            }
            self.check_promises();
        }
        let after = self.tree.frontier.size();
        if position(count) != after - before || after == before {
            self.stop(Finding::between(Problem::Gap, before, before.saturating_add(position(count)).max(after).max(before + 1)));
        }
        Ok(())
    }

    fn stop(&mut self, finding: Finding) {
        self.findings.push(finding);
        self.stopped = true;
    }

    /// Compares the root with the promises about exactly this size.
    #[inline]
    fn check_promises(&mut self) {
        while let Some(promise) = self.promises.get(self.held.len())
            && promise.size == self.tree.frontier.size()
        {
            let holds = promise.root == self.tree.frontier.root();
            self.held.push(holds);
            if holds {
                self.vouched = promise.size;
                self.latest = None;
            }
        }
    }
}

fn page(tx: &mut Tx, after: i64) -> Result<Vec<(i64, i64, Vec<u8>)>, LedgerError> {
    Ok(ledger_batch::table
        .filter(ledger_batch::first.gt(after))
        .order(ledger_batch::first)
        .limit(PAGE)
        .select((ledger_batch::first, ledger_batch::count, ledger_batch::entries))
        .load(tx)?)
}
