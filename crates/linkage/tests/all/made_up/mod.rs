//! A city for the tests and the benchmark of this crate alone, and the records its facilities send: the slips of the interface, one by one,
//! with the truth beside them. `synth` makes the real demonstration data; this one is small, ours, and independent of it, so that the
//! weights are not tuned to one generator.

#[expect(clippy::unwrap_used, reason = "a plan of ours that synth refuses is a failed test")]
pub(crate) mod from_synth;
mod measure;
mod names;
mod people;
mod slips;

pub(crate) use measure::Counts;
pub(crate) use people::City;
pub(crate) use slips::{Kind, Record};

/// A small generator of numbers: the same seed, the same city (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `below` - 1.
    pub(crate) fn below(&mut self, below: usize) -> usize {
        (self.next() % below.max(1) as u64) as usize
    }

    /// In `per_mille` of 1000 cases.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.next() % 1000 < per_mille
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A place in a list whose first are frequent and whose last are rare, roughly after Zipf.
    pub(crate) fn zipf(&mut self, below: usize) -> usize {
        let unit = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        let span = (below as f64).powf(0.45);
        ((unit * span).powf(1.0 / 0.45) as usize).min(below - 1)
    }
}
