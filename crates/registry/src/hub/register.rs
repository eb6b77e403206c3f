//! Targets: the due of an extraction who may be told now, in tasks of up to 500 people.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use catalogue::Catalogue;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::registry::{RegisterTargets, RegisteredTargets};
use serde::{Deserialize, Serialize};
use store::Tx;
use tokio::time::Instant;
use vocabulary::{FiscalYear, Id128};
use work::jobs::JobRun;
use work::outbox::NewMessage;

use super::row::{self, Rows};
use super::table::{hub_target, hub_task, hub_template, state};
use super::tell::{NewTask, Task};
use super::{TARGETS, outcome};
use crate::extraction::table::{extraction, extraction_person, extraction_row};
use crate::person::person_id;
use crate::residents::table::resident;
use crate::standing::{Addressee, Means};
use crate::{Registry, RegistryError};

/// People of one task, which is one portion.
const BATCH: usize = 500;
/// How long the job waits for the hub; what is left goes on without it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The last resident who was looked at, and how many people stand in tasks.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Cursor {
    after: i64,
    people: u64,
}

/// Registers everybody of the extraction who is not registered yet, and waits for the hub.
pub(super) async fn register(registry: Registry, run: JobRun, job: RegisterTargets) -> Result<RegisteredTargets, RegistryError> {
    let catalogue = registry.catalogue();
    let mut cursor: Cursor = run.checkpoint()?.unwrap_or_default();
    loop {
        let (task, attempt, asked, rules) = (registry.clone(), run.clone(), job.clone(), Arc::clone(&catalogue));
        let Some(next) = crate::work(move || portion(&task, &attempt, &rules, &asked, cursor)).await? else { break };
        registry.outbox.ring();
        cursor = next;
    }
    run.progress("sending", cursor.people, None);
    let until = Instant::now() + PATIENCE;
    registry.wait_for::<NewTask>(PATIENCE).await?;
    run.progress("waiting", cursor.people, None);
    crate::look_until(until, || outcome::look(registry.clone(), run.caller().clone())).await?;
    let counts = registry.room.count(move |tx| {
        let (year, _) = year_of(tx, job.extraction)?;
        let of_year = hub_target::programme.eq(&job.programme).and(hub_target::fiscal_year.eq(year));
        // Who was refused and is tried again stands in a newer task: what counts is the tasks that people stand in.
        let tasks = hub_target::table.filter(of_year).select(hub_target::task).distinct().load::<Vec<u8>>(tx)?.len();
        let mut of = |word: &str| {
            let of_year = hub_target::programme.eq(&job.programme).and(hub_target::fiscal_year.eq(year));
            hub_target::table.filter(of_year.and(hub_target::state.eq(word))).count().get_result::<i64>(tx)
        };
        let [registered, refused] = [of(state::REGISTERED)?, of(state::REFUSED)?].map(|count| u64::try_from(count).unwrap_or(0));
        Ok::<_, RegistryError>([tasks as u64, registered, refused])
    });
    let [tasks, registered, refused] = counts.await?;
    Ok(RegisteredTargets { tasks, registered, refused })
}

fn year_of(tx: &mut Tx, extraction: i64) -> Result<(i32, FiscalYear), RegistryError> {
    let year: Option<i32> = extraction::table.find(extraction).select(extraction::fiscal_year).first(tx).optional()?;
    let year = year.ok_or(wire::Unknown("the extraction"))?;
    Ok((year, FiscalYear(i16::try_from(year).map_err(|_| wire::Damaged("a fiscal year"))?)))
}

/// Enqueues the task of the next of those who are in none; `None` when there is nobody left.
fn portion(
    registry: &Registry,
    run: &JobRun,
    catalogue: &Catalogue,
    job: &RegisterTargets,
    cursor: Cursor,
) -> Result<Option<Cursor>, RegistryError> {
    let source = catalogue.templates().iter().find(|template| template.programme == job.programme);
    let no_template = || {
        RegistryError::asked(
            "この事業にはPMHの雛形がないため、PMHに登録できません",
            "this programme has no template, so it is not done through the hub",
        )
    };
    let source = source.ok_or_else(no_template)?;
    let today = registry.clock.today();
    run.progress("registering", cursor.people, None);
    run.portion_blocking(TARGETS, |tx, record, portion| {
        let (year, fiscal_year) = year_of(tx, job.extraction)?;
        let of_year = hub_target::programme.eq(&job.programme).and(hub_target::fiscal_year.eq(year));
        let registered = hub_target::table.filter(of_year.and(hub_target::state.ne(state::REFUSED))).select(hub_target::resident);
        let due = extraction_row::table
            .filter(extraction_row::extraction.eq(job.extraction).and(extraction_row::programme.eq(&job.programme)))
            .select(extraction_row::resident);
        let due: Vec<i64> = resident::table
            .filter(resident::id.gt(cursor.after).and(resident::id.eq_any(due)).and(resident::id.ne_all(registered)))
            .order(resident::id)
            .limit(run.limit(BATCH))
            .select(resident::id)
            .load(tx)?;
        let Some(last) = due.last().copied() else { return Ok(Seen::nothing()) };
        let mut addressees = Addressee::read(tx, registry.room.vault(), &due, Means::Hub, today)?;
        // Who was protected, died or moved out since the extraction is not told.
        let people: Vec<Addressee> = due.iter().filter_map(|id| addressees.remove(id)?.ok()).collect();
        let ages: Vec<(i64, i16)> = extraction_person::table
            .filter(extraction_person::extraction.eq(job.extraction).and(extraction_person::resident.eq_any(&due)))
            .select((extraction_person::resident, extraction_person::age))
            .load(tx)?;
        let versions: Vec<(String, i32)> = hub_template::table.select((hub_template::id, hub_template::version)).load(tx)?;
        let ages: HashMap<i64, i16> = ages.into_iter().collect();
        let rows = row::rows(tx, (registry, catalogue), (source, fiscal_year), &people, &ages, &versions.into_iter().collect())?;
        let next = Cursor { after: last, people: cursor.people + rows.made.len() as u64 };
        enqueue(tx, registry, &job.programme, year, rows)?;
        let mut named = registry.room.people();
        named.extend(people.iter().map(|person| person_id(person.number())));
        record.note(format!("{} people in a new task", next.people - cursor.people));
        portion.checkpoint(&next)?;
        Ok(Seen::many(named, Some(next)))
    })
}

/// Instead of the tasks in which these people were refused before.
fn enqueue(tx: &mut Tx, registry: &Registry, programme: &str, year: i32, rows: Rows) -> Result<(), RegistryError> {
    let id = registry.entropy.id128();
    let (made, unmade): (Vec<i64>, Vec<i64>) = (rows.made.iter().map(|(id, _)| *id).collect(), rows.unmade);
    let of_year = hub_target::programme.eq(programme).and(hub_target::fiscal_year.eq(year));
    let before: Vec<Vec<u8>> =
        hub_target::table.filter(of_year.and(hub_target::resident.eq_any(&made))).select(hub_target::task).distinct().load(tx)?;
    let before = before.into_iter().filter_map(|task| task.try_into().ok().map(Id128::from_bytes));
    registry.outbox.take_back_dead::<NewTask>(tx, before)?;
    if !made.is_empty() {
        let values = (
            hub_task::id.eq(id.as_bytes().to_vec()),
            hub_task::programme.eq(programme),
            hub_task::fiscal_year.eq(year),
            hub_task::state.eq(state::PENDING),
            hub_task::at.eq(registry.clock.now_ms()),
        );
        diesel::insert_into(hub_task::table).values(values).execute(tx)?;
        let numbers: Vec<String> = rows.made.iter().map(|(_, row)| row.municipality_identity_key.clone()).collect();
        let message = NewMessage::to(&registry.hub, Task { id, rows: rows.made }).under(id);
        registry.outbox.enqueue::<NewTask>(tx, [numbers.into_iter().fold(message, NewMessage::about)])?;
    }
    targets(tx, &made, (programme, year, id), (state::WAITING, ""))?;
    targets(tx, &unmade, (programme, year, id), (state::REFUSED, "damaged"))
}

fn targets(
    tx: &mut Tx,
    people: &[i64],
    (programme, year, task): (&str, i32, Id128),
    (state, reason): (&str, &str),
) -> Result<(), RegistryError> {
    for people in people.chunks(200) {
        let rows: Vec<_> = people
            .iter()
            .map(|person| {
                (
                    hub_target::resident.eq(*person),
                    hub_target::programme.eq(programme),
                    hub_target::fiscal_year.eq(year),
                    hub_target::task.eq(task.as_bytes().to_vec()),
                    hub_target::state.eq(state),
                    hub_target::reason.eq(reason),
                )
            })
            .collect();
        let changes = (
            hub_target::task.eq(store::excluded(hub_target::task)),
            hub_target::state.eq(store::excluded(hub_target::state)),
            hub_target::reason.eq(store::excluded(hub_target::reason)),
        );
        store::upsert!(tx, hub_target::table, rows, (hub_target::resident, hub_target::programme, hub_target::fiscal_year), changes)?;
    }
    Ok(())
}
