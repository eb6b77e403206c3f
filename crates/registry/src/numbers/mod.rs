//! 統合宛名番号: the number by which atena and the relay know a person; asked for once, with the individual numbers sealed to atena.

mod obtain;
pub(crate) mod table;

use protocol::messages::registry as messages;
use wire::peer;
use work::jobs::DeclaredWork;

use crate::Registry;

access::actions! {
    NUMBER = number "registry:residents.number" for Numbering, "統合宛名番号の取得", "Unified numbers";
}

/// The work of numbering.
pub(crate) fn kinds() -> DeclaredWork<Registry> {
    DeclaredWork::new().job(messages::UNIFIED_NUMBERS, peer(NUMBER), "unified-numbers", obtain::obtain)
}
