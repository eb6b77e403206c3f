//! 抽出 (R-REG-3): who of the city is due for what in a fiscal year, and why.

mod city;
mod explain;
mod job;
mod list;
mod make;
pub(crate) mod table;

use protocol::messages::registry as messages;
use vocabulary::Purpose;
use wire::{Routes, peer};

pub(crate) use explain::{explain, person};
pub(crate) use list::eligible;
pub(crate) use make::make;

use crate::Registry;

/// What is asked of extractions.
pub(crate) fn routes(registry: Registry) -> Routes<Registry> {
    Routes::of(registry).post(messages::EXTRACT, peer(crate::EXTRACT, Purpose::Eligibility).unkeyed(), job::extract)
}
