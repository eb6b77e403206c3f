//! How much there is.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::console::Counts;
use wire::{Json, Problem, RequestCaller};

use super::table::{answered_sheet, binding, bound, consent, person, person_card, portal_code, visit};
use super::visits::state;
use super::{Portal, PortalError};

/// By name, without personal data. `sessions` are people who logged in, so that whoever does so again is counted once.
pub(super) async fn counts(State(portal): State<Portal>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    let counts = portal.room.see(&caller, super::routes::COUNTS, |tx, _| {
        let with_result = visit::table.filter(visit::state.eq_any([state::RESULT, state::CORRECTED]));
        let rows: [(&str, i64); 11] = [
            ("persons", person::table.count().get_result(tx)?),
            ("cards", person_card::table.count().get_result(tx)?),
            ("bound", binding::table.filter(binding::state.eq(bound::BOUND)).count().get_result(tx)?),
            ("sessions", person::table.filter(person::logged_in_at.is_not_null()).count().get_result(tx)?),
            ("consents", consent::table.count().get_result(tx)?),
            ("questionnaires", answered_sheet::table.count().get_result(tx)?),
            ("codes", portal_code::table.filter(portal_code::sealed_code.is_not_null()).count().get_result(tx)?),
            ("visits", visit::table.count().get_result(tx)?),
            ("results", with_result.count().get_result(tx)?),
            ("declined", visit::table.filter(visit::state.eq(state::DECLINED)).count().get_result(tx)?),
            ("lapsed", visit::table.filter(visit::state.eq(state::LAPSED)).count().get_result(tx)?),
        ];
        Ok::<_, PortalError>(Seen::nobody(rows).map(Counts::of))
    });
    Ok(Json(counts.await?))
}
