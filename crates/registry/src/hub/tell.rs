//! Tasks on their way to the hub.

use std::collections::HashSet;

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Record, Seen};
use protocol::messages::hub::{REGISTRATION_TASKS, RegistrationRow, TaskReceipt};
use serde::{Deserialize, Serialize};
use store::Tx;
use vocabulary::{Id128, Party, Purpose};
use wire::Problem;
use work::outbox::{Made, Message, Refused, Sent, Taken, key_of};

use super::TARGETS;
use super::row::MyNumber;
use super::table::{hub_target, hub_task, state};
use crate::person::people_of;
use crate::standing::{Addressee, Means};
use crate::{Registry, RegistryError};

/// The reason of those who may not be told any more.
const WITHHELD: &str = "withheld";

/// A task, to the hub, which does it after it has taken it.
pub(super) struct NewTask(pub(super) Registry);

/// Its name here, which is the key, and its rows, each with the resident's id.
#[derive(Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) id: Id128,
    pub(super) rows: Vec<(i64, RegistrationRow<MyNumber>)>,
}

impl Message for NewTask {
    type Stored = Task;
    type Body = Vec<RegistrationRow<MyNumber>>;
    type Answer = TaskReceipt;
    type Error = RegistryError;
    const KIND: &'static str = "hub-tasks";
    const TO: &'static [&'static str] = &["hub-core"];
    const PATH: &'static str = REGISTRATION_TASKS;
    const ACT: Act = Act::new("registry:hub-targets.register");
    const PURPOSE: Purpose = Purpose::HubRegistration;

    /// A task may have waited for days: who may no longer be told is left out, and then it is another request. Whoever stands in both is
    /// registered once, because a row replaces what the hub has of its person.
    async fn make(&self, _: &Party, key: Id128, tasks: Vec<Task>) -> Result<Made<Self::Body>, RegistryError> {
        let Some(task) = tasks.into_iter().next() else { return Ok(Made::Nothing) };
        let withheld = self.withhold(task.id, task.rows.iter().map(|(id, _)| *id).collect()).await?;
        let (mut rows, mut left_out) = (Vec::with_capacity(task.rows.len()), vec![key.as_bytes().to_vec()]);
        for (id, row) in task.rows {
            if withheld.contains(&id) {
                left_out.push(id.to_be_bytes().to_vec());
            } else {
                rows.push(row);
            }
        }
        Ok(match (rows.is_empty(), withheld.is_empty()) {
            (true, _) => Made::Nothing,
            (false, true) => Made::Request(key, rows),
            (false, false) => Made::Request(key_of("hub task without some", left_out), rows),
        })
    }

    fn taken(&self, tx: &mut Tx, record: &mut Record<'_>, sent: Sent<'_, Self>, receipt: TaskReceipt) -> Result<Taken, RegistryError> {
        record.note(format!("{} people to the hub", sent.body.len()));
        for task in sent.stored {
            // Those whom an operator sends again after a refusal wait anew.
            let ids: Vec<i64> = task.rows.iter().map(|(id, _)| *id).collect();
            let refused = hub_target::task.eq(task.id.as_bytes().to_vec()).and(hub_target::resident.eq_any(ids));
            let refused = refused.and(hub_target::state.eq(state::REFUSED)).and(hub_target::reason.ne(WITHHELD));
            let waits = (hub_target::state.eq(state::WAITING), hub_target::reason.eq(""));
            diesel::update(hub_target::table.filter(refused)).set(waits).execute(tx)?;
            let changes = (hub_task::state.eq(state::SENT), hub_task::task.eq(Some(receipt.task.as_bytes().to_vec())));
            diesel::update(hub_task::table.find(task.id.as_bytes().to_vec())).set(changes).execute(tx)?;
        }
        Ok(Taken::All)
    }

    /// The hub refuses single people within a task; a task as a whole is for an operator. Its people may be asked for again.
    fn refused(&self, tx: &mut Tx, _: &mut Record<'_>, task: Task, why: &Problem) -> Result<Refused, RegistryError> {
        let id = task.id.as_bytes().to_vec();
        diesel::update(hub_task::table.find(&id)).set(hub_task::state.eq(state::REFUSED)).execute(tx)?;
        let changes = (hub_target::state.eq(state::REFUSED), hub_target::reason.eq(why.status.to_string()));
        diesel::update(hub_target::table.filter(hub_target::task.eq(id))).set(changes).execute(tx)?;
        Ok(Refused::Dead)
    }
}

impl NewTask {
    /// Those of a task who may not be told any more; that is written down before the others leave.
    async fn withhold(&self, task: Id128, residents: Vec<i64>) -> Result<HashSet<i64>, RegistryError> {
        let Self(registry) = self;
        let (room, today, key) = (registry.room.clone(), registry.clock.today(), task.as_bytes().to_vec());
        let caller = Caller::peer(&registry.party, Purpose::HubRegistration, registry.entropy.id128());
        let there = room.clone();
        let write = there.change(&caller, TARGETS, move |tx, record| {
            let now = Addressee::read(tx, room.vault(), &residents, Means::Hub, today)?;
            let withheld: HashSet<i64> = now.into_iter().filter_map(|(id, may)| may.is_err().then_some(id)).collect();
            if !withheld.is_empty() {
                let those = hub_target::task.eq(&key).and(hub_target::resident.eq_any(Vec::from_iter(withheld.iter().copied())));
                let changes = (hub_target::state.eq(state::REFUSED), hub_target::reason.eq(WITHHELD));
                diesel::update(hub_target::table.filter(those)).set(changes).execute(tx)?;
            }
            if withheld.len() == residents.len() {
                diesel::update(hub_task::table.find(&key)).set(hub_task::state.eq(state::DONE)).execute(tx)?;
            }
            record.note(format!("a task of {} people, {} of them withheld", residents.len(), withheld.len()));
            Ok::<_, RegistryError>(Seen::many(people_of(tx, &room, &residents)?, withheld))
        });
        write.await
    }
}
