//! 精検 (R-REG-8), 請求 (R-REG-10), 年次集計 (R-REG-11): made from what the records prove, and made anew whenever asked.

mod cases;
mod claims;
mod statistics;
pub(crate) mod table;

use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::registry as messages;
use wire::peer;
use work::jobs::{JobRun, Kinds};

use crate::person::people_of;
use crate::results::table::examination;
use crate::{Desk, RegistryError};

access::actions! {
    MAKE = personal "registry:follow-up.make" for FollowUp, "精検・請求・集計の作成", "Follow-up, claims and statistics";
}

/// The work of follow-up.
pub(crate) fn kinds(desk: Desk) -> Kinds<Desk> {
    Kinds::of(desk).blocking(messages::FOLLOW_UP, peer(MAKE), "follow-up", make)
}

/// Makes the year's cases, claims and counts anew: the same records give the same.
fn make(desk: &Desk, run: &JobRun, asked: messages::FollowUp) -> Result<messages::FollowedUp, RegistryError> {
    let year = i32::from(asked.fiscal_year.0);
    run.portion_blocking(MAKE, |tx, record, portion| {
        let (needs_detailed, people) = cases::make(tx, desk, year)?;
        let (claims, amount_yen) = claims::make(tx, desk.catalogue(), year)?;
        statistics::make(tx, year)?;
        let those = examination::table.filter(examination::fiscal_year.eq(year));
        let examined: i64 = those.count().get_result(tx)?;
        record.note(format!("fiscal year {year}: {needs_detailed} need a detailed examination, {claims} claims"));
        let made = messages::FollowedUp { needs_detailed, claims, amount_yen, examined: u64::try_from(examined).unwrap_or(0) };
        portion.done(&made)?;
        Ok(Seen::many(people_of(tx, run.room(), &people)?, made))
    })
}
