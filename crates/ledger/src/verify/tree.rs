use std::collections::VecDeque;
use std::ops::Range;

use diesel::prelude::*;
use store::Tx;

use super::{Finding, Problem};
use crate::LedgerError;
use crate::log::{column, ledger_tile, position};
use crate::merkle::{Frontier, HASH, Hash};
use crate::tiles::TILE_WIDTH;

/// Tiles read at a time: half a megabyte.
const PAGE: i64 = 64;

/// The tree as it is computed again, and the stored tiles it is compared with.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) frontier: Frontier,
    /// Leaves of the tile that is not full yet.
    leaves: Vec<Hash>,
    /// Roots of full tiles that do not fill a tile of the level above yet, by level.
    roots: Vec<Vec<Hash>>,
    full: Vec<(u8, u64, Hash)>,
    stored: VecDeque<Stored>,
    /// The first entries whose hashes are not the stored ones.
    pub(super) differs: Option<Range<u64>>,
}

#[derive(Debug)]
struct Stored {
    number: u64,
    root: Vec<u8>,
    hashes: Vec<u8>,
}

impl Tree {
    /// Takes the next leaf; returns whether a tile is full and must be compared before the next.
    #[inline]
    pub(super) fn push(&mut self, leaf: Hash) -> bool {
        self.leaves.push(leaf);
        let full = &mut self.full;
        self.frontier.push(leaf, |level, number, root| full.push((level, number, root)));
        !self.full.is_empty()
    }

    /// Compares the tiles that the last leaf filled.
    pub(super) fn compare(&mut self, tx: &mut Tx, findings: &mut Vec<Finding>) -> Result<(), LedgerError> {
        let mut full = std::mem::take(&mut self.full);
        for (level, number, root) in full.drain(..) {
            // Entries under one hash of the tile.
            let span = 1 << (8 * u32::from(level));
            let first = number * TILE_WIDTH * span;
            let mut hashes = self.hashes_below(level);
            match self.stored(tx, level, number)? {
                None => findings.push(Finding::between(Problem::TileMissing, first, first + TILE_WIDTH * span)),
                Some(stored) => {
                    if let Some(at) = difference(&hashes, &stored.hashes) {
                        self.differ(first + at * span..first + (at + 1) * span);
                    } else if stored.root != root {
                        findings.push(Finding::between(Problem::Tile, first, first + TILE_WIDTH * span));
                    }
                }
            }
            hashes.clear();
            self.give_back(level, hashes);
            let above = usize::from(level);
            if self.roots.len() <= above {
                self.roots.resize_with(above + 1, Vec::new);
            }
            if let Some(roots) = self.roots.get_mut(above) {
                roots.push(root);
            }
        }
        self.full = full;
        Ok(())
    }

    /// Compares what does not fill a tile with the stored tile, if there is one: then the log was longer once.
    pub(super) fn compare_rest(&mut self, tx: &mut Tx) -> Result<(), LedgerError> {
        let number = self.frontier.size() / TILE_WIDTH;
        if let Some(stored) = self.stored(tx, 0, number)?
            && let Some(at) = difference(&self.leaves, &stored.hashes)
        {
            self.differ(number * TILE_WIDTH + at..number * TILE_WIDTH + at + 1);
        }
        Ok(())
    }

    /// How long the log was by its tiles, if that is more than there is.
    pub(super) fn length_by_tiles(&self, tx: &mut Tx) -> Result<Option<u64>, LedgerError> {
        let last: Option<i64> = ledger_tile::table
            .filter(ledger_tile::level.eq(0).and(ledger_tile::number.ge(column(self.frontier.size() / TILE_WIDTH))))
            .order(ledger_tile::number.desc())
            .select(ledger_tile::number)
            .first(tx)
            .optional()?;
        Ok(last.map(|last| position(last).saturating_add(1).saturating_mul(TILE_WIDTH)))
    }

    fn differ(&mut self, range: Range<u64>) {
        if self.differs.as_ref().is_none_or(|first| range.start < first.start) {
            self.differs = Some(range);
        }
    }

    fn hashes_below(&mut self, level: u8) -> Vec<Hash> {
        let below = usize::from(level).checked_sub(1).and_then(|below| self.roots.get_mut(below));
        std::mem::take(below.unwrap_or(&mut self.leaves))
    }

    /// Keeps the memory of a tile that was compared.
    fn give_back(&mut self, level: u8, hashes: Vec<Hash>) {
        let below = usize::from(level).checked_sub(1).and_then(|below| self.roots.get_mut(below));
        *below.unwrap_or(&mut self.leaves) = hashes;
    }

    fn stored(&mut self, tx: &mut Tx, level: u8, number: u64) -> Result<Option<Stored>, LedgerError> {
        if level > 0 {
            return Ok(page(tx, level, number, 1)?.pop_front().filter(|tile| tile.number == number));
        }
        if self.stored.is_empty() {
            self.stored = page(tx, 0, number, PAGE)?;
        }
        Ok(self.stored.pop_front_if(|tile| tile.number == number))
    }
}

fn page(tx: &mut Tx, level: u8, from: u64, most: i64) -> Result<VecDeque<Stored>, LedgerError> {
    let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = ledger_tile::table
        .filter(ledger_tile::level.eq(i64::from(level)).and(ledger_tile::number.ge(column(from))))
        .order(ledger_tile::number)
        .limit(most)
        .select((ledger_tile::number, ledger_tile::root, ledger_tile::hashes))
        .load(tx)?;
    Ok(rows.into_iter().map(|(number, root, hashes)| Stored { number: position(number), root, hashes }).collect())
}

/// Where stored hashes first differ from those computed; a stored tile that is too short differs where it ends.
fn difference(computed: &[Hash], stored: &[u8]) -> Option<u64> {
    let whole = computed.as_flattened();
    if stored.get(..whole.len()) == Some(whole) && (computed.len() < 256 || stored.len() == whole.len()) {
        return None;
    }
    let (stored, _) = stored.as_chunks::<HASH>();
    let same = computed.iter().zip(stored).take_while(|(one, other)| one == other).count();
    u64::try_from(same).ok().map(|at| at.min(TILE_WIDTH - 1))
}
