//! What became of the tasks: those that the hub has are asked about until every row has its outcome, those that it will not get by themselves
//! leave their people to be asked for again.

use std::collections::{HashMap, HashSet};

use access::Caller;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::hub::{RowState, TaskState, TaskStatus, task as path};
use vocabulary::Id128;

use super::TARGETS;
use super::table::{hub_target, hub_task, state};
use super::tell::NewTask;
use crate::person::{people_of, person_id};
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// The reason of those whose task was not sent.
const UNSENT: &str = "unsent";

/// Looks at every task that the hub has and was not done → how many are under way. One that the hub cannot tell of holds up no other.
pub(crate) async fn look(registry: Registry, caller: Caller) -> Result<u64, RegistryError> {
    forsake(&registry, &caller).await?;
    let open = registry.room.count(|tx| {
        let open = hub_task::table.filter(hub_task::state.eq(state::SENT)).order(hub_task::at);
        let open: Vec<(Vec<u8>, Vec<u8>)> = open.select((hub_task::id, hub_task::task.assume_not_null())).load(tx)?;
        open.iter().map(|(key, remote)| Ok([plain(key)?, plain(remote)?])).collect::<Result<Vec<[u128; 2]>, RegistryError>>()
    });
    let mut under_way = 0;
    for [key, remote] in open.await? {
        let (key, remote) = (key.to_be_bytes().to_vec(), Id128::from_bytes(remote.to_be_bytes()));
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

/// A task's name as a number, which tells of nobody.
fn plain(name: &[u8]) -> Result<u128, RegistryError> {
    name.try_into().map(u128::from_be_bytes).map_err(|_| wire::Damaged("a task").into())
}

/// The message of a task has died, or was dropped, without a word of the hub's: its people may be asked for again, and an operator may still
/// send the message.
async fn forsake(registry: &Registry, caller: &Caller) -> Result<(), RegistryError> {
    let outbox = registry.outbox.clone();
    let forsaken = registry.room.count(move |tx| {
        // in this order: a task that is taken in between is pending no more
        let pending: Vec<Vec<u8>> = hub_task::table.filter(hub_task::state.eq(state::PENDING)).select(hub_task::id).load(tx)?;
        let waiting = if pending.is_empty() { HashSet::new() } else { outbox.waiting::<NewTask>(tx)? };
        let pending = pending.iter().map(|task| plain(task)).collect::<Result<Vec<u128>, RegistryError>>()?;
        let forsaken = pending.into_iter().filter(|task| !waiting.contains(&Id128::from_bytes(task.to_be_bytes())));
        Ok::<_, RegistryError>(forsaken.map(|task| [task]).collect::<Vec<_>>())
    });
    let forsaken: Vec<Vec<u8>> = forsaken.await?.into_iter().map(|[task]| task.to_be_bytes().to_vec()).collect();
    if forsaken.is_empty() {
        return Ok(());
    }
    let room = registry.room.clone();
    let write = registry.room.change(caller, TARGETS, move |tx, record| {
        let mut people = Vec::new();
        for task in forsaken {
            let pending = hub_task::table.filter(hub_task::id.eq(&task).and(hub_task::state.eq(state::PENDING)));
            if diesel::update(pending).set(hub_task::state.eq(state::REFUSED)).execute(tx)? == 0 {
                continue;
            }
            let waiting = hub_target::table.filter(hub_target::task.eq(&task).and(hub_target::state.eq(state::WAITING)));
            people.extend(waiting.select(hub_target::resident).load::<i64>(tx)?);
            let changes = (hub_target::state.eq(state::REFUSED), hub_target::reason.eq(UNSENT));
            diesel::update(waiting).set(changes).execute(tx)?;
        }
        record.note(format!("{} people in tasks that were not sent", people.len()));
        Ok::<_, RegistryError>(Seen::many(people_of(tx, &room, &people)?, ()))
    });
    write.await
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
