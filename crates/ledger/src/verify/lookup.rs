//! What a search finds entries by is made again from the entries and compared, in one pass over each: sums over stretches of the log under a
//! key that nobody knows beforehand tell where they differ, and only there is looked closer.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;

use diesel::prelude::*;
use store::Tx;

use super::{Finding, Problem};
use crate::LedgerError;
use crate::entry::Entry;
use crate::log::{self, column, ledger_lookup, position};
use crate::lookup::{Tokens, looked_through};

/// Entries in a stretch.
const STRETCH: u64 = 4_096;
/// Stretches that are looked at closer; of further ones it is told that they differ.
const CLOSER: usize = 64;

/// The look-up as it should be.
#[derive(Debug)]
pub(super) struct Lookup {
    /// The look-up is complete up to here.
    size: u64,
    key: RandomState,
    /// By stretch: what should be there, less what is.
    sums: Vec<u64>,
    tokens: Tokens,
}

impl Lookup {
    pub(super) fn read(tx: &mut Tx) -> Result<Self, LedgerError> {
        Ok(Self { size: looked_through(tx)?, key: RandomState::new(), sums: Vec::new(), tokens: Tokens::default() })
    }

    /// Takes in what the next entry must be found by.
    #[inline]
    pub(super) fn expect(&mut self, position: u64, entry: &Entry<'_>) {
        if position < self.size {
            let sum = self.tokens.of(entry).iter().fold(0_u64, |sum, token| sum.wrapping_add(mark(&self.key, token, position)));
            let stretch = stretch(position);
            if self.sums.len() <= stretch {
                self.sums.resize(stretch + 1, 0);
            }
            if let Some(of) = self.sums.get_mut(stretch) {
                *of = of.wrapping_add(sum);
            }
        }
    }

    /// Compares with what is there, for a log of so many entries.
    pub(super) fn compare(&mut self, tx: &mut Tx, entries: u64, findings: &mut Vec<Finding>) -> Result<(), LedgerError> {
        let end = self.size.min(entries);
        let mut beyond = HashSet::new();
        let rows = ledger_lookup::table.select((ledger_lookup::token, ledger_lookup::position));
        store::stream!(tx, rows, (Vec<u8>, i64), |(token, at): (Vec<u8>, i64)| {
            let at = position(at);
            match self.sums.get_mut(stretch(at)) {
                Some(of) if at < end => *of = of.wrapping_sub(mark(&self.key, &token, at)),
                _ => beyond.extend([at]),
            }
            Ok::<_, LedgerError>(())
        })?;
        let differ = self.sums.iter().zip(0_u64..).filter(|(sum, _)| **sum != 0);
        let differ: Vec<Range<u64>> = differ.map(|(_, number)| number * STRETCH..((number + 1) * STRETCH).min(end)).collect();
        let (closer, further) = differ.split_at(differ.len().min(CLOSER));
        let mut wrong: Vec<u64> = beyond.into_iter().collect();
        if !closer.is_empty() {
            wrong.extend(self.look_closer(tx, closer)?);
        }
        wrong.sort_unstable();
        let wrong = wrong.iter().map(|at| *at..at.saturating_add(1)).chain(further.iter().cloned());
        let ended = (self.size > entries).then_some(entries..self.size);
        findings.extend(joined(wrong.chain(ended)).into_iter().map(|of| Finding::between(Problem::Lookup, of.start, of.end)));
        Ok(())
    }

    /// The entries of these stretches that are not found by what they must be, or by something else.
    fn look_closer(&mut self, tx: &mut Tx, stretches: &[Range<u64>]) -> Result<HashSet<u64>, LedgerError> {
        let mut differ: HashSet<(Vec<u8>, u64)> = HashSet::new();
        for stretch in stretches {
            log::each_entry(tx, stretch.clone(), |position, bytes| {
                if let Ok(entry) = Entry::decode(bytes) {
                    differ.extend(self.tokens.of(&entry).iter().map(|token| (token.to_vec(), position)));
                }
            })?;
        }
        let (Some(first), Some(last)) = (stretches.first(), stretches.last()) else { return Ok(HashSet::new()) };
        let between = ledger_lookup::position.ge(column(first.start)).and(ledger_lookup::position.lt(column(last.end)));
        let rows = ledger_lookup::table.filter(between).select((ledger_lookup::token, ledger_lookup::position));
        store::stream!(tx, rows, (Vec<u8>, i64), |(token, at): (Vec<u8>, i64)| {
            let row = (token, position(at));
            if stretches.iter().any(|stretch| stretch.contains(&row.1)) && !differ.remove(&row) {
                differ.insert(row);
            }
            Ok::<_, LedgerError>(())
        })?;
        Ok(differ.into_iter().map(|(_, position)| position).collect())
    }
}

fn mark(key: &RandomState, token: &[u8], position: u64) -> u64 {
    key.hash_one((token, position))
}

fn stretch(position: u64) -> usize {
    usize::try_from(position / STRETCH).unwrap_or(usize::MAX)
}

/// Stretches that follow one another, as one.
fn joined(stretches: impl Iterator<Item = Range<u64>>) -> Vec<Range<u64>> {
    let mut joined: Vec<Range<u64>> = Vec::new();
    for next in stretches {
        match joined.last_mut() {
            Some(last) if last.end == next.start => last.end = next.end,
            _ => joined.push(next),
        }
    }
    joined
}
