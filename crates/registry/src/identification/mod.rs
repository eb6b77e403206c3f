//! 突合 (R-REG-7): whose are records that came without the city's number, by the five data items (5情報).

mod job;
mod matching;
mod people;

use access::Action;
use protocol::messages::registry as messages;
use vocabulary::Purpose;
use wire::{Routes, peer};

pub use matching::{Matched, identify};

use crate::Registry;

pub(crate) const IDENTIFY: Action = Action::personal("registry:residents.identify");

/// What is asked of identification.
pub(crate) fn routes(registry: Registry) -> Routes<Registry> {
    Routes::of(registry).post(messages::MATCH, peer(IDENTIFY, Purpose::Identification).unkeyed(), job::take)
}
