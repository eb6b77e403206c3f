use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::TILE_WIDTH;
use crate::merkle::{Hash, node};

/// Tiles that a room remembers: a megabyte once proofs are asked for.
const PLACES: usize = 64;

/// Which tile, as of which width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(super) level: u8,
    pub(super) number: u64,
    pub(super) width: u64,
}

/// A tile with the perfect subtrees over its hashes.
#[derive(Debug)]
pub(crate) struct Nodes(Vec<Vec<Hash>>);

impl Nodes {
    pub(super) fn over(hashes: Vec<Hash>) -> Self {
        let mut levels = vec![hashes];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            levels.push(below.as_chunks::<2>().0.iter().map(|[left, right]| node(left, right)).collect());
        }
        Self(levels)
    }

    /// The hashes of the tile itself.
    pub(super) fn hashes(&self) -> &[Hash] {
        self.0.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// The root over `at << height .. (at + 1) << height` of the tile's hashes.
    pub(super) fn get(&self, height: u32, at: u64) -> Option<Hash> {
        self.0.get(usize::try_from(height).ok()?)?.get(usize::try_from(at).ok()?).copied()
    }
}

/// Tiles used lately that many proofs share, and a size that the log is known to have. A tile of a width never changes.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    kept: Mutex<Vec<(Place, Arc<Nodes>)>>,
    size: AtomicU64,
}

impl Shelf {
    pub(super) fn get(&self, place: Place) -> Option<Arc<Nodes>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(one, _)| *one == place)?;
        // Used last, dropped last.
        let found = kept.remove(at);
        let tile = Arc::clone(&found.1);
        kept.push(found);
        Some(tile)
    }

    /// Keeps the right edge and the upper levels; a full tile of entries serves one proof in many.
    pub(super) fn keep(&self, place: Place, tile: &Arc<Nodes>) {
        if place.level == 0 && place.width == TILE_WIDTH {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == PLACES {
            kept.remove(0);
        }
        kept.push((place, Arc::clone(tile)));
    }

    /// Whether the log is known to reach that far.
    pub(crate) fn reaches(&self, size: u64) -> bool {
        self.size.load(Ordering::Relaxed) >= size
    }

    /// Remembers a size that was read from a committed head.
    pub(crate) fn saw(&self, size: u64) {
        self.size.fetch_max(size, Ordering::Relaxed);
    }
}
