//! `GET` of a task: where it stands, an outcome for each row.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::RowProblem;
use protocol::messages::hub::{RowState, TaskRow, TaskState, TaskStatus};
use vocabulary::Id128;
use wire::{Json, Path, Problem, RequestCaller};

use crate::table::{row_state, task, task_row};
use crate::{Hub, HubError};

type Stored = (i64, String, String, Option<String>);

/// The task of the caller's own municipality; another's is not known here.
pub(crate) async fn read(
    State(hub): State<Hub>,
    RequestCaller(caller): RequestCaller,
    Path(name): Path<String>,
) -> Result<Json<TaskStatus>, Problem> {
    let name: Id128 = name.parse().map_err(|_| wire::Unknown("this task"))?;
    let city = hub.city_of(&caller).await?;
    let status = city.room.see(&caller, crate::routes::TASKS, move |tx, _| {
        let name = name.as_bytes().as_slice();
        let there: Option<i64> = task::table.find(name).select(task::at).first(tx).optional()?;
        there.ok_or(wire::Unknown("this task"))?;
        let rows = task_row::table.filter(task_row::task.eq(name)).order(task_row::place);
        let rows: Vec<Stored> = rows.select((task_row::place, task_row::identity_key, task_row::state, task_row::errors)).load(tx)?;
        let people: Vec<_> = rows.iter().map(|(_, key, ..)| crate::person_id(key).into_owned()).collect();
        let rows: Vec<TaskRow> = rows.into_iter().map(as_row).collect::<Result<_, HubError>>()?;
        Ok::<_, HubError>(Seen::people(people, TaskStatus { state: state_of(&rows), rows }))
    });
    Ok(Json(status.await?))
}

fn as_row((place, municipality_identity_key, state, errors): Stored) -> Result<TaskRow, HubError> {
    let state = match state.as_str() {
        row_state::REGISTERED => RowState::Registered,
        row_state::DELETED => RowState::Deleted,
        row_state::REFUSED => RowState::Refused,
        _ => RowState::Waiting,
    };
    let errors = errors.map(|errors| serde_json::from_str(&errors)).transpose();
    let mut errors: Vec<RowProblem> = errors.map_err(|_| wire::Damaged("a refusal"))?.unwrap_or_default();
    let row = u64::try_from(place).unwrap_or(0);
    errors.iter_mut().for_each(|problem| problem.row = row);
    Ok(TaskRow { row, municipality_identity_key, state, errors })
}

fn state_of(rows: &[TaskRow]) -> TaskState {
    match rows.iter().filter(|row| row.state == RowState::Waiting).count() {
        0 => TaskState::Done,
        waiting if waiting == rows.len() => TaskState::Accepted,
        _ => TaskState::Running,
    }
}
