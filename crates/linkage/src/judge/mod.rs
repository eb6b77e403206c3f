//! From a comparison to a verdict: weights, then rules.

mod compare;
mod evidence;
mod rules;
mod weights;
mod words;

pub use evidence::{Agreement, Candidate, Doubt, Evidence, Item, Verdict};

pub(crate) use compare::{Comparison, compare};
pub(crate) use rules::{Standing, doubt, settled};
pub(crate) use weights::{COVERAGE, RAREST_NAME, WORTH_A_LOOK};
