//! How much there is, in all cities together.

use std::collections::BTreeMap;

use access::{Action, Caller};
use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::console::Counts;
use wire::{Json, Problem, RequestCaller};

use crate::exchange::DELIVERED;
use crate::table::{collected, kind, person, result, row_state, state, tally, task, task_row, template};
use crate::{Hub, HubError};

/// By name, without personal data.
pub(crate) async fn counts(State(hub): State<Hub>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    Ok(Json(read(&hub, &caller, crate::routes::COUNTS).await?))
}

/// The same, recorded under an action.
pub(crate) async fn read(hub: &Hub, caller: &Caller, action: Action) -> Result<Counts, HubError> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for city in hub.cities.all().await {
        let rows = city.room.see(caller, action, |tx, _| {
            let rows: [(&str, i64); 9] = [
                ("templates", template::table.count().get_result(tx)?),
                ("persons", person::table.filter(person::state.eq(state::REGISTERED)).count().get_result(tx)?),
                ("keys", person::table.filter(person::key_index.is_not_null()).count().get_result(tx)?),
                ("tasks", task::table.count().get_result(tx)?),
                ("refused", task_row::table.filter(task_row::state.eq(row_state::REFUSED)).count().get_result(tx)?),
                ("delivered", tally::table.find(DELIVERED).select(tally::value).first(tx).optional()?.unwrap_or(0)),
                ("collected", collected::table.count().get_result(tx)?),
                ("strays", collected::table.filter(collected::kind.eq(kind::STRAY)).count().get_result(tx)?),
                ("results", result::table.filter(result::version.eq(1)).count().get_result(tx)?),
            ];
            Ok::<_, HubError>(Seen::nobody(rows))
        });
        for (name, count) in rows.await? {
            *counts.entry(name.to_owned()).or_default() += u64::try_from(count).unwrap_or(0);
        }
    }
    Ok(Counts { counts })
}
