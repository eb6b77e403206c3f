//! 突合 (R-REG-7): whose are records that came without the city's number, by the five data items (5情報).

mod job;
mod matching;
mod people;

use protocol::messages::registry as messages;
use wire::peer;
use work::jobs::DeclaredWork;

pub use job::VERDICTS;
pub use matching::identify;
pub(crate) use people::joined;

use crate::Desk;

access::actions! {
    IDENTIFY = personal "registry:residents.identify" for Identification, "本人の突合", "Identification";
}

/// The job's name.
pub const MATCH: &str = "match";

/// The work of identification.
pub(crate) fn kinds() -> DeclaredWork<Desk> {
    DeclaredWork::new().blocking(messages::MATCH, peer(IDENTIFY), MATCH, job::identify)
}
