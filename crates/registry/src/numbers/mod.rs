//! 統合宛名番号: the number by which atena and the relay know a person; asked for once, with the individual numbers sealed to atena.

mod obtain;
pub(crate) mod table;

use access::Action;
use protocol::messages::registry as messages;
use vocabulary::Purpose;
use wire::peer;
use work::jobs::Kinds;

use crate::Registry;

pub(crate) const NUMBER: Action = Action::number("registry:residents.number");

/// The work of numbering.
pub(crate) fn kinds(registry: Registry) -> Kinds<Registry> {
    Kinds::of(registry).job(messages::UNIFIED_NUMBERS, peer(NUMBER, Purpose::Numbering), "unified-numbers", obtain::obtain)
}
