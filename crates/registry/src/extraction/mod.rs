//! 抽出 (R-REG-3): who of the city is due for what in a fiscal year, and why.

mod city;
mod explain;
mod list;
mod make;
pub(crate) mod table;

use protocol::messages::registry as messages;
use vocabulary::Purpose;
use wire::peer;
use work::jobs::Kinds;

pub(crate) use explain::{explain, person};
pub(crate) use list::eligible;
pub(crate) use make::make;

use crate::Desk;

/// The work on extractions.
pub(crate) fn kinds(desk: Desk) -> Kinds<Desk> {
    let rule = peer(crate::EXTRACT, Purpose::Eligibility);
    Kinds::of(desk).blocking(messages::EXTRACT, rule, "extract", |desk, run, asked: messages::Extract| {
        make(run, desk.catalogue(), asked.fiscal_year, asked.on)
    })
}
