//! Finding candidates without looking at everybody.

mod buckets;
pub(crate) mod key;
mod names;

pub(crate) use buckets::Buckets;
pub(crate) use key::{ALL, Items, KINDS, Kind};
pub(crate) use names::{Names, Part};
