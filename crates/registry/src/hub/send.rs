//! Tasks on their way: sent under their own key until the hub has them, then asked about until every row has its outcome.

use std::collections::HashMap;

use access::Caller;
use diesel::prelude::*;
use line::WireError;
use protocol::messages::hub::{REGISTRATION_TASKS, RegistrationRow, RowState, TaskReceipt, TaskState, TaskStatus, task as path};
use vault::Cell;
use vocabulary::Id128;

use super::TARGETS;
use super::row::MyNumber;
use super::table::{hub_target, hub_task, state};
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

#[derive(Queryable)]
struct Task {
    id: Vec<u8>,
    task: Option<Vec<u8>>,
}

/// Sends what is pending and looks at what was sent → how many tasks are not done.
pub(super) async fn round(registry: &Registry, caller: &Caller) -> Result<u64, RegistryError> {
    let open = registry.room.raw().read(|tx| {
        let open = hub_task::table.filter(hub_task::state.ne(state::DONE)).order(hub_task::at);
        Ok::<Vec<Task>, RegistryError>(open.select((hub_task::id, hub_task::task)).load(tx)?)
    });
    let mut underway = 0;
    for task in open.await? {
        let key = id(&task.id)?;
        let remote = match &task.task {
            Some(remote) => Some(id(remote)?),
            None => post(registry, caller, key).await?,
        };
        if let Some(remote) = remote
            && !settle(registry, caller, key, remote).await?
        {
            underway += 1;
        }
    }
    Ok(underway)
}

fn id(bytes: &[u8]) -> Result<Id128, RegistryError> {
    bytes.try_into().map(Id128::from_bytes).map_err(|_| RegistryError::Malformed("a stored task"))
}

/// The rows of a task that waits, each named in the record before one of them leaves.
async fn rows(registry: &Registry, caller: &Caller, key: Id128) -> Result<Vec<RegistrationRow<MyNumber>>, RegistryError> {
    let vault = registry.room.vault().clone();
    let read = registry.room.read_recorded(caller, TARGETS, move |tx, record| {
        let body: Option<Vec<u8>> = hub_task::table.find(key.as_bytes().to_vec()).select(hub_task::body).first(tx)?;
        let body = body.ok_or(RegistryError::Malformed("a pending task without its rows"))?;
        let plain = vault.open_cell(&Cell::new("hub_task", key.as_bytes(), "body"), &body)?;
        let rows: Vec<RegistrationRow<MyNumber>> = serde_json::from_slice(&plain).map_err(|_| RegistryError::Malformed("a stored task"))?;
        rows.iter().for_each(|row| record.subject(&row.municipality_identity_key));
        record.note(format!("{} people for the hub", rows.len()));
        Ok::<_, RegistryError>(rows)
    });
    read.await
}

/// `None` when the hub refuses the task as a whole.
async fn post(registry: &Registry, caller: &Caller, key: Id128) -> Result<Option<Id128>, RegistryError> {
    let rows = rows(registry, caller, key).await?;
    let (count, people) = (rows.len(), rows.iter().map(|row| row.municipality_identity_key.clone()).collect::<Vec<_>>());
    let receipt: Result<TaskReceipt, WireError> = registry.client.post(&registry.hub, REGISTRATION_TASKS, key, &rows).await;
    let outcome = match receipt {
        Ok(receipt) => Ok(receipt.task),
        Err(WireError::Refused { problem, .. }) if (400..500).contains(&problem.status) && problem.status != 429 => Err(problem.status),
        Err(error) => return Err(error.into()),
    };
    let write = registry.room.write(caller, TARGETS, move |tx, record| {
        people.iter().for_each(|number| record.subject(number));
        record.note(format!("{count} people to the hub"));
        let mine = hub_task::table.find(key.as_bytes().to_vec());
        match outcome {
            Ok(task) => {
                let changes = (
                    hub_task::state.eq(state::SENT),
                    hub_task::task.eq(Some(task.as_bytes().to_vec())),
                    hub_task::body.eq(None::<Vec<u8>>),
                );
                diesel::update(mine).set(changes).execute(tx)?;
                Ok::<_, RegistryError>(Some(task))
            }
            Err(status) => {
                record.refused();
                diesel::update(mine).set((hub_task::state.eq(state::DONE), hub_task::body.eq(None::<Vec<u8>>))).execute(tx)?;
                let targets = hub_target::table.filter(hub_target::task.eq(key.as_bytes().to_vec()));
                let changes = (hub_target::state.eq(state::REFUSED), hub_target::reason.eq(status.to_string()));
                diesel::update(targets).set(changes).execute(tx)?;
                Ok(None)
            }
        }
    });
    write.await
}

/// Whether the task is done; then every row's outcome is kept.
async fn settle(registry: &Registry, caller: &Caller, key: Id128, remote: Id128) -> Result<bool, RegistryError> {
    let status: TaskStatus = registry.client.get(&registry.hub, &path(remote)).await?;
    if status.state != TaskState::Done {
        return Ok(false);
    }
    let write = registry.room.write(caller, TARGETS, move |tx, record| {
        let numbers: Vec<&str> = status.rows.iter().map(|row| row.municipality_identity_key.as_str()).collect();
        numbers.iter().for_each(|number| record.subject(number));
        let ids: Vec<(String, i64)> =
            resident::table.filter(resident::number.eq_any(&numbers)).select((resident::number, resident::id)).load(tx)?;
        let ids: HashMap<String, i64> = ids.into_iter().collect();
        let (mut registered, mut refused) = (Vec::new(), HashMap::<String, Vec<i64>>::new());
        for row in &status.rows {
            let Some(id) = ids.get(&row.municipality_identity_key) else { continue };
            match row.state {
                RowState::Registered => registered.push(*id),
                RowState::Refused | RowState::Deleted | RowState::Waiting => {
                    let reason = row.errors.first().map_or_else(String::new, |problem| problem.code.clone());
                    refused.entry(reason).or_default().push(*id);
                }
            }
        }
        let mut set = |ids: &[i64], state: &str, reason: &str| {
            let mine = hub_target::table.filter(hub_target::task.eq(key.as_bytes().to_vec()).and(hub_target::resident.eq_any(ids)));
            diesel::update(mine).set((hub_target::state.eq(state), hub_target::reason.eq(reason))).execute(tx)
        };
        set(&registered, state::REGISTERED, "")?;
        for (reason, ids) in &refused {
            set(ids, state::REFUSED, reason)?;
        }
        diesel::update(hub_task::table.find(key.as_bytes().to_vec())).set(hub_task::state.eq(state::DONE)).execute(tx)?;
        record.note(format!("task done: {} registered", registered.len()));
        Ok::<_, RegistryError>(true)
    });
    write.await
}
