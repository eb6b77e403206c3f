use std::sync::Arc;

use diesel::prelude::*;
use store::Tx;

use super::shelf::{Nodes, Place, Shelf};
use super::{TILE, TILE_WIDTH, TilePath};
use crate::log::{self, Head, column, ledger_tile};
use crate::merkle::{HASH, Hash};
use crate::{LedgerError, Room};

/// A resource of the layout as its bytes; `None` when the log does not reach that far.
///
/// Any prefix of the log can be had, also a partial tile that has been full for years.
pub async fn read(room: &Room, path: TilePath) -> Result<Option<Vec<u8>>, LedgerError> {
    let shelf = Arc::clone(room.shelf());
    room.raw()
        .read(move |tx| {
            let size = Head::read(tx)?.size();
            match path {
                TilePath::Checkpoint => Ok(log::latest_checkpoint(tx)?.map(|note| note.text().as_bytes().to_vec())),
                TilePath::Tile { level, number, width } => {
                    if number.saturating_mul(TILE_WIDTH).saturating_add(width) > nodes_at(level, size) {
                        return Ok(None);
                    }
                    let tile = Tiles::new(tx, size, &shelf).tile(level, number)?;
                    Ok(tile.hashes().as_flattened().get(..usize::try_from(width).unwrap_or(TILE) * HASH).map(<[u8]>::to_vec))
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

/// The tree of a log of one size, by its tiles; each is read once, and some are remembered for the next tree.
pub(crate) struct Tiles<'t> {
    tx: &'t mut Tx,
    size: u64,
    shelf: &'t Shelf,
    read: Vec<(Place, Arc<Nodes>)>,
}

impl<'t> Tiles<'t> {
    pub(crate) fn new(tx: &'t mut Tx, size: u64, shelf: &'t Shelf) -> Self {
        Self { tx, size, shelf, read: Vec::with_capacity(4) }
    }

    /// The hash of the perfect subtree over `index << height .. (index + 1) << height`.
    pub(crate) fn node(&mut self, height: u32, index: u64) -> Result<Hash, LedgerError> {
        let level = u8::try_from(height / 8).unwrap_or(u8::MAX);
        let above = 8 - height % 8;
        let tile = self.tile(level, index >> above)?;
        tile.get(height % 8, index & ((1 << above) - 1)).ok_or(LedgerError::Damaged("a tile is short"))
    }

    /// A tile, as wide as it is in a tree of this size.
    pub(super) fn tile(&mut self, level: u8, number: u64) -> Result<Arc<Nodes>, LedgerError> {
        let width = nodes_at(level, self.size).saturating_sub(number.saturating_mul(TILE_WIDTH)).min(TILE_WIDTH);
        let place = Place { level, number, width };
        if let Some((_, tile)) = self.read.iter().find(|(read, _)| *read == place) {
            return Ok(Arc::clone(tile));
        }
        let tile = match self.shelf.get(place) {
            Some(tile) => tile,
            None => {
                let tile = Arc::new(Nodes::over(self.fetch(place)?));
                self.shelf.keep(place, &tile);
                tile
            }
        };
        self.read.push((place, Arc::clone(&tile)));
        Ok(tile)
    }

    fn fetch(&mut self, Place { level, number, width }: Place) -> Result<Vec<Hash>, LedgerError> {
        let first = number * TILE_WIDTH;
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
