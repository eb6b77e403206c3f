//! What time alone does: challenges and sessions are forgotten; a visit whose day is over gets its outcome.

use diesel::prelude::*;
use ledger::{Act, Seen};
use vocabulary::{Purpose, day};

use super::table::{id128, person_session, used_challenge, visit};
use super::visits::state;
use super::{Portal, PortalError, person_id};

const CLOSE_THE_DAY: Act = Act::new("portal:visits.lapse");

/// One round.
pub(super) async fn round(portal: Portal) -> Result<(), PortalError> {
    let now = portal.now();
    let today = day::to_number(portal.room.clock().today());
    let late = portal.room.maintain(move |tx| {
        diesel::delete(used_challenge::table.filter(used_challenge::expires_at.lt(now))).execute(tx)?;
        diesel::delete(person_session::table.filter(person_session::expires_at.lt(now))).execute(tx)?;
        let open = visit::table.filter(visit::ended_at.is_null().and(visit::day.lt(today)));
        Ok::<i64, PortalError>(open.count().get_result(tx)?)
    });
    if late.await? == 0 {
        return Ok(());
    }
    let caller = portal.house.caller(Purpose::Examination);
    let write = portal.room.change(&caller, CLOSE_THE_DAY, move |tx, _| {
        let open = visit::table.filter(visit::ended_at.is_null().and(visit::day.lt(today)));
        let rows: Vec<(Vec<u8>, Vec<u8>, String)> = open.select((visit::id, visit::person, visit::state)).load(tx)?;
        let mut people = Vec::with_capacity(rows.len());
        for (id, person, at) in rows {
            people.push(person_id(id128(&person)?));
            // a result that was entered is the outcome, whether or not somebody closed the visit
            let outcome = if [state::RESULT, state::CORRECTED].contains(&at.as_str()) { at } else { state::LAPSED.to_owned() };
            diesel::update(visit::table.find(id)).set((visit::state.eq(outcome), visit::ended_at.eq(now))).execute(tx)?;
        }
        Ok::<_, PortalError>(Seen::people(people, ()))
    });
    write.await
}
