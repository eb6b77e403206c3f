use std::collections::HashMap;

use diesel::prelude::*;
use store::Tx;

use super::{TILE, TILE_WIDTH, TilePath};
use crate::log::{self, Head, column, ledger_tile};
use crate::merkle::{HASH, Hash, node};
use crate::{LedgerError, Room};

/// A resource of the layout as its bytes; `None` when the log does not reach that far.
///
/// Any prefix of the log can be had, also a partial tile that has been full for years.
pub async fn read(room: &Room, path: TilePath) -> Result<Option<Vec<u8>>, LedgerError> {
    room.raw()
        .read(move |tx| {
            let size = Head::read(tx)?.size();
            match path {
                TilePath::Checkpoint => Ok(log::latest_checkpoint(tx)?.map(|note| note.text().as_bytes().to_vec())),
                TilePath::Tile { level, number, width } => {
                    if number.saturating_mul(TILE_WIDTH).saturating_add(width) > nodes_at(level, size) {
                        return Ok(None);
                    }
                    let mut tiles = Tiles::new(tx, size);
                    let hashes = tiles.tile(level, number)?.as_flattened();
                    Ok(hashes.get(..usize::try_from(width).unwrap_or(TILE) * HASH).map(<[u8]>::to_vec))
                }
                TilePath::Entries { number, width } => {
                    let first = number.saturating_mul(TILE_WIDTH);
                    if first.saturating_add(width) > size { Ok(None) } else { bundle_bytes(tx, first..first + width).map(Some) }
                }
            }
        })
        .await
}

/// Entries of a short range, each after its length, as they are stored and published.
fn bundle_bytes(tx: &mut Tx, range: std::ops::Range<u64>) -> Result<Vec<u8>, LedgerError> {
    let mut bytes = Vec::with_capacity(TILE * 128);
    log::each_entry(tx, range, |_, entry| {
        // An entry came out of a bundle, so its length fits.
        bytes.extend_from_slice(&u16::try_from(entry.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend_from_slice(entry);
    })?;
    Ok(bytes)
}

/// Hashes that a tree of this size has on a level of tiles.
fn nodes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * 8).unwrap_or(0)
}

/// The tree of a log of one size, by its tiles; each is read once.
pub(crate) struct Tiles<'t> {
    tx: &'t mut Tx,
    size: u64,
    read: HashMap<(u8, u64), Vec<Hash>>,
}

impl<'t> Tiles<'t> {
    pub(crate) fn new(tx: &'t mut Tx, size: u64) -> Self {
        Self { tx, size, read: HashMap::new() }
    }

    /// The hash of the perfect subtree over `index << height .. (index + 1) << height`.
    pub(crate) fn node(&mut self, height: u32, index: u64) -> Result<Hash, LedgerError> {
        let level = u8::try_from(height / 8).unwrap_or(u8::MAX);
        let below = height % 8;
        let first = index << below;
        let at = usize::try_from(first % TILE_WIDTH).unwrap_or(0);
        let hashes = self.tile(level, first / TILE_WIDTH)?.get(at..at + (1 << below)).ok_or(LedgerError::Damaged("a tile is short"))?;
        fold(hashes).ok_or(LedgerError::Damaged("a tile is empty"))
    }

    /// The hashes of a tile, as many as the tree of this size has.
    fn tile(&mut self, level: u8, number: u64) -> Result<&[Hash], LedgerError> {
        if !self.read.contains_key(&(level, number)) {
            let hashes = self.fetch(level, number)?;
            self.read.insert((level, number), hashes);
        }
        Ok(self.read.get(&(level, number)).map(Vec::as_slice).unwrap_or_default())
    }

    fn fetch(&mut self, level: u8, number: u64) -> Result<Vec<Hash>, LedgerError> {
        let first = number * TILE_WIDTH;
        let width = nodes_at(level, self.size).saturating_sub(first).min(TILE_WIDTH);
        let stored: Option<Vec<u8>> =
            ledger_tile::table.find((i64::from(level), column(number))).select(ledger_tile::hashes).first(self.tx).optional()?;
        if let Some(bytes) = stored {
            let (hashes, rest) = bytes.as_chunks::<HASH>();
            let hashes = hashes.get(..usize::try_from(width).unwrap_or(TILE)).filter(|_| rest.is_empty());
            return hashes.map(<[Hash]>::to_vec).ok_or(LedgerError::Damaged("a tile is short"));
        }
        match level.checked_sub(1) {
            None => log::leaves(self.tx, first..first + width),
            Some(below) => log::tile_roots(self.tx, below, first..first + width),
        }
    }
}

/// The root over a power of two of hashes.
fn fold(hashes: &[Hash]) -> Option<Hash> {
    if let [one] = hashes {
        return Some(*one);
    }
    let mut level: Vec<Hash> = hashes.as_chunks::<2>().0.iter().map(|[left, right]| node(left, right)).collect();
    while level.len() > 1 {
        level = level.as_chunks::<2>().0.iter().map(|[left, right]| node(left, right)).collect();
    }
    level.pop()
}
