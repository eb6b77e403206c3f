//! `GET` of the tasks: which there are and how far each is, so that a registry that lost an answer finds its task again.

use std::collections::BTreeMap;

use axum::extract::State;
use diesel::dsl::count_star;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::hub::{TaskCounts, Tasks};
use vocabulary::Id128;
use wire::{Json, Problem, RequestCaller};

use crate::table::{row_state, task, task_row};
use crate::{Hub, HubError};

/// How many tasks one answer tells.
const TASKS: i64 = 100;

/// Counts alone, which name nobody; another municipality's tasks are not known here.
pub(crate) async fn list(State(hub): State<Hub>, RequestCaller(caller): RequestCaller) -> Result<Json<Tasks>, Problem> {
    let city = hub.city_of(&caller).await?;
    let tasks = city.room.see(&caller, crate::routes::TASK_LIST, |tx, _| {
        let newest: Vec<(Vec<u8>, i64)> = task::table.order((task::at.desc(), task::id)).limit(TASKS).load(tx)?;
        let ids: Vec<&[u8]> = newest.iter().map(|(id, _)| id.as_slice()).collect();
        let of_these = task_row::table.filter(task_row::task.eq_any(ids)).group_by((task_row::task, task_row::state));
        let counted: Vec<(Vec<u8>, String, i64)> = of_these.select((task_row::task, task_row::state, count_star())).load(tx)?;
        let counted: BTreeMap<_, _> = counted.into_iter().map(|(task, state, rows)| ((task, state), rows)).collect();
        let tasks = newest.into_iter().map(|(id, at)| {
            let rows = |state: &str| counted.get(&(id.clone(), state.to_owned())).copied().unwrap_or(0);
            let (waiting, refused) = (rows(row_state::WAITING), rows(row_state::REFUSED));
            let done = rows(row_state::REGISTERED) + rows(row_state::DELETED);
            let task = <[u8; 16]>::try_from(id.as_slice()).map(Id128::from_bytes).map_err(|_| wire::Damaged("the name of a task"))?;
            Ok(TaskCounts { task, at, waiting, done, refused })
        });
        Ok::<_, HubError>(Seen::unnamed(Tasks { tasks: tasks.collect::<Result<_, HubError>>()? }))
    });
    Ok(Json(tasks.await?))
}
