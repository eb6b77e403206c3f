//! 精検 (R-REG-8), 請求 (R-REG-10), 年次集計 (R-REG-11): made from what the records prove, and made anew whenever asked.

mod cases;
mod claims;
mod statistics;
pub(crate) mod table;

use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::registry as messages;
use wire::peer;
use work::jobs::{DeclaredWork, JobRun, Pace};

pub(crate) use self::cases::attended;
use crate::person::people_of;
use crate::results::table::examination;
use crate::{Desk, RegistryError};

access::actions! {
    MAKE = personal "registry:follow-up.make" for FollowUp, "精検・請求・集計の作成", "Follow-up, claims and statistics";
}

/// Cases of the first portion.
const CASES: usize = 1_000;

/// The work of follow-up.
pub(crate) fn kinds() -> DeclaredWork<Desk> {
    DeclaredWork::new().blocking(messages::FOLLOW_UP, peer(MAKE), "follow-up", make)
}

/// Makes the year's cases, claims and counts anew: the same records give the same. They are worked out on one snapshot and by the rules of one
/// moment; then what is written of the cases and differs is written anew in portions, so that an attempt after a kill has the less to do, and
/// the rest with the end. An attempt keeps nothing of the rules of the one before.
fn make(desk: &Desk, run: &JobRun, asked: messages::FollowUp) -> Result<messages::FollowedUp, RegistryError> {
    let (year, room, catalogue) = (i32::from(asked.fiscal_year.0), run.room(), desk.catalogue());
    run.work_under_any_rules();
    run.progress("reading", 0, None);
    let (cases, stored, claims, counts, examined) = room.see_blocking(run.caller(), MAKE, |tx, record| {
        let cases = cases::of(tx, room.vault(), &catalogue, year)?;
        let claims = claims::of(tx, &catalogue, year)?;
        let counts = statistics::of(tx, year, &cases)?;
        let examined: i64 = examination::table.filter(examination::fiscal_year.eq(year)).count().get_result(tx)?;
        let people = people_of(tx, room, &cases.residents())?;
        record.note(format!("what fiscal year {year} has to be followed up"));
        Ok::<_, RegistryError>(Seen::many(people, (cases, cases::stored(tx, year)?, claims, counts, examined)))
    })?;
    let differing = cases.differing(&stored);
    let (mut pace, mut done) = (Pace::of(run, CASES), 0);
    while done < differing.len() {
        run.progress("writing", done as u64, Some(differing.len() as u64));
        let portion = differing.get(done..).and_then(|rest| rest.get(..pace.size().min(rest.len()))).unwrap_or_default();
        run.portion_blocking(MAKE, |tx, record, _| {
            let residents: Vec<i64> = portion.iter().map(|(case, _)| case.1).collect();
            record.note(format!("fiscal year {year}: {} cases", portion.len()));
            cases::write(tx, year, portion)?;
            Ok::<_, RegistryError>(Seen::many(people_of(tx, room, &residents)?, ()))
        })?;
        pace.adapt(run, portion.len());
        done += portion.len();
    }
    run.portion_blocking(MAKE, |tx, record, portion| {
        let (lines, amount_yen) = claims::write(tx, year, &claims)?;
        statistics::write(tx, year, &counts)?;
        let needs_detailed = cases.people();
        record.note(format!("fiscal year {year}: {needs_detailed} need a detailed examination, {lines} claims"));
        let examined = u64::try_from(examined).unwrap_or(0);
        let made = messages::FollowedUp { needs_detailed, claims: lines, amount_yen, examined, damaged: cases.damaged };
        portion.done(&made)?;
        Ok(Seen::unnamed(made))
    })
}
