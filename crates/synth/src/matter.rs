//! What dice are rolled about: part of every seed, so that no decision moves another. A number once given stays.

pub(crate) const BLOCK: u64 = 1;
pub(crate) const MOVER: u64 = 2;
pub(crate) const NUMBER: u64 = 3;
pub(crate) const WEEK: u64 = 4;
pub(crate) const NEWCOMER: u64 = 5;
pub(crate) const HISTORY: u64 = 6;
pub(crate) const INCOMING: u64 = 7;
pub(crate) const FORMER_HOME: u64 = 8;
pub(crate) const MAIDEN_NAME: u64 = 9;
pub(crate) const FACILITY: u64 = 10;
