//! 突合 (R-REG-7): whose are records that came without the city's number, by the five data items (5情報).

mod job;
mod matching;
mod people;

use access::Action;
use protocol::messages::registry as messages;
use vocabulary::Purpose;
use wire::peer;
use work::jobs::Kinds;

pub use job::VERDICTS;
pub use matching::{Matched, identify};

use crate::Desk;

pub(crate) const IDENTIFY: Action = Action::personal("registry:residents.identify");

/// The job's name.
pub const MATCH: &str = "match";

/// The work of identification.
pub(crate) fn kinds(desk: Desk) -> Kinds<Desk> {
    Kinds::of(desk).blocking(messages::MATCH, peer(IDENTIFY, Purpose::Identification), MATCH, job::identify)
}
