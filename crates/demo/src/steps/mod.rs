//! One file a step; each asks over the wire and returns its counts.

pub(crate) mod cards;
pub(crate) mod extract;
pub(crate) mod follow_up;
pub(crate) mod import;
pub(crate) mod inquiries;
pub(crate) mod keys;
pub(crate) mod portal;
pub(crate) mod register;
pub(crate) mod replicas;
pub(crate) mod results;
pub(crate) mod visits;

use super::report::Counts;

/// Adds to a count.
fn add(counts: &mut Counts, name: &str, count: u64) {
    *counts.entry(name.to_owned()).or_default() += count;
}
