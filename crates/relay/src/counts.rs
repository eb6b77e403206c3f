//! How much there is.

use access::{Action, Caller};
use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::console::Counts;
use wire::{Json, Problem, RequestCaller};

use crate::table::{inquiry, person, provision, replica, state};
use crate::{Relay, RelayError};

/// By name, without personal data.
pub(crate) async fn counts(State(relay): State<Relay>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    Ok(Json(read(&relay, &caller, crate::routes::COUNTS).await?))
}

/// The same, recorded under an action.
pub(crate) async fn read(relay: &Relay, caller: &Caller, action: Action) -> Result<Counts, RelayError> {
    let counts = relay.room.see(caller, action, |tx, _| {
        let answered = inquiry::table.filter(inquiry::state.eq_any([state::ANSWERED, state::FETCHED, state::ERASED]));
        let rows: [(&str, i64); 6] = [
            ("persons", person::table.count().get_result(tx)?),
            ("codes", person::table.filter(person::code_index.is_not_null()).count().get_result(tx)?),
            ("replicas", replica::table.count().get_result(tx)?),
            ("inquiries", inquiry::table.count().get_result(tx)?),
            ("answered", answered.count().get_result(tx)?),
            ("provisions", provision::table.count().get_result(tx)?),
        ];
        Ok::<_, RelayError>(Seen::nobody(rows).map(Counts::of))
    });
    counts.await
}
