//! What became of the tasks that the hub has: asked about until every row has its outcome.

use std::collections::HashMap;

use access::Caller;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::hub::{RowState, TaskState, TaskStatus, task as path};
use vocabulary::Id128;

use super::TARGETS;
use super::table::{hub_target, hub_task, state};
use crate::person::person_id;
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// Looks at every task that the hub has and was not done → how many are under way. One that the hub cannot tell of holds up no other.
pub(crate) async fn look(registry: Registry, caller: Caller) -> Result<u64, RegistryError> {
    let open = registry.room.seek(&caller, TARGETS, |tx, record| {
        record.note("tasks that the hub has");
        let open = hub_task::table.filter(hub_task::state.eq(state::SENT)).order(hub_task::at);
        let open: Vec<(Vec<u8>, Vec<u8>)> = open.select((hub_task::id, hub_task::task.assume_not_null())).load(tx)?;
        Ok::<_, RegistryError>(Seen::nobody(open))
    });
    let mut under_way = 0;
    for (key, remote) in open.await? {
        let remote = remote.try_into().map(Id128::from_bytes).map_err(|_| wire::Damaged("a task"))?;
        match settle(&registry, &caller, key, remote).await {
            Ok(done) => under_way += u64::from(!done),
            Err(RegistryError::Cause(wire::Cause::Peer(error))) if error.is_final() => {
                tracing::warn!(task = %remote, %error, "the hub tells nothing of a task")
            }
            Err(error) => return Err(error),
        }
    }
    Ok(under_way)
}

/// Whether the task is done; then every row's outcome is kept.
async fn settle(registry: &Registry, caller: &Caller, key: Vec<u8>, remote: Id128) -> Result<bool, RegistryError> {
    let status: TaskStatus = registry.client.get(&registry.hub, &path(remote)).await?;
    if status.state != TaskState::Done {
        return Ok(false);
    }
    let write = registry.room.change(caller, TARGETS, move |tx, record| {
        let numbers: Vec<&str> = status.rows.iter().map(|row| row.municipality_identity_key.as_str()).collect();
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
            let mine = hub_target::table.filter(hub_target::task.eq(&key).and(hub_target::resident.eq_any(ids)));
            diesel::update(mine).set((hub_target::state.eq(state), hub_target::reason.eq(reason))).execute(tx)
        };
        set(&registered, state::REGISTERED, "")?;
        for (reason, ids) in &refused {
            set(ids, state::REFUSED, reason)?;
        }
        diesel::update(hub_task::table.find(&key)).set(hub_task::state.eq(state::DONE)).execute(tx)?;
        record.note(format!("task done: {} registered", registered.len()));
        Ok::<_, RegistryError>(Seen::people(numbers.iter().map(|number| person_id(number)), true))
    });
    write.await
}
