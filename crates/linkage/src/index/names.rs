//! How many residents bear a name.

use super::key;
use crate::judge::RAREST_NAME;
use std::sync::atomic::{AtomicU32, Ordering};

/// Up to how many bearers of a whole name are too few to say how frequent it is.
const FEW: u32 = 4;

/// Which word of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    FamilyKana = 1,
    GivenKana = 2,
    FamilyWritten = 3,
    GivenWritten = 4,
    /// Family and given name add up only as far as they are independent; among foreign residents they are not.
    WholeKana = 5,
    WholeWritten = 6,
}

/// Counts by hash. Two names in one place count together, which makes both look more frequent: the safe side.
pub(crate) struct Names {
    counts: Vec<AtomicU32>,
    shift: u32,
    rows: usize,
}

impl Names {
    /// Room for the words of so many residents.
    pub(crate) fn new(rows: usize) -> Self {
        Self::with_bits(rows, (usize::BITS - rows.max(2).leading_zeros() + 1).clamp(12, 22))
    }

    /// Room for whole names, nearly all of which differ.
    pub(crate) fn of_wholes(rows: usize) -> Self {
        Self::with_bits(rows, (usize::BITS - rows.max(2).leading_zeros() + 3).clamp(14, 26))
    }

    fn with_bits(rows: usize, bits: u32) -> Self {
        Self { counts: (0..1usize << bits).map(|_| AtomicU32::new(0)).collect(), shift: u64::BITS - bits, rows }
    }

    pub(crate) fn add(&self, part: Part, word: &str) {
        if let Some(count) = self.place(part, word) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether any resident bears the name.
    pub(crate) fn is_known(&self, part: Part, word: &str) -> bool {
        self.place(part, word).is_some_and(|count| count.load(Ordering::Relaxed) > 0)
    }

    /// What agreement on the name is worth, in eighths of a bit.
    pub(crate) fn rarity(&self, part: Part, word: &str) -> u8 {
        let Some(count) = self.place(part, word).map(|count| count.load(Ordering::Relaxed)) else { return 0 };
        let bits = (self.rows as f64 / f64::from(count.max(1))).log2().clamp(0.0, RAREST_NAME);
        (bits * 8.0) as u8
    }

    /// Most that agreement on a whole name is worth, in eighths of a bit; no limit for a name that few bear, for few say nothing.
    pub(crate) fn most(&self, part: Part, whole: &str) -> u8 {
        match self.place(part, whole).map(|count| count.load(Ordering::Relaxed)) {
            Some(count) if count > FEW => ((self.rows as f64 / f64::from(count)).log2().clamp(0.0, 31.0) * 8.0) as u8,
            _ => u8::MAX,
        }
    }

    fn place(&self, part: Part, word: &str) -> Option<&AtomicU32> {
        if word.is_empty() {
            return None;
        }
        self.counts.get((key::join(part as u64, key::hash(word)) >> self.shift) as usize)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.counts.len() * 4
    }
}
