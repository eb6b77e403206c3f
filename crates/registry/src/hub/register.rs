//! Targets: the due of an extraction who may be told now, in tasks of up to 500 people that are sealed until the hub has them.

use std::collections::HashMap;
use std::time::Duration;

use access::Caller;
use diesel::prelude::*;
use protocol::messages::registry::{RegisterTargets, RegisteredTargets};
use vault::Cell;
use vocabulary::FiscalYear;

use super::row;
use super::table::{hub_target, hub_task, hub_template, state};
use super::{TARGETS, send, template};
use crate::extraction::table::{extraction, extraction_person, extraction_row};
use crate::residents::table::resident;
use crate::standing::{Addressee, Means};
use crate::{Registry, RegistryError};

/// People of one task.
const BATCH: usize = 500;
/// How often the job looks at its tasks, and how long between two looks: a minute.
const LOOKS: u32 = 200;
const PAUSE: Duration = Duration::from_millis(300);

/// Registers everybody of the extraction who is not registered yet, and waits for the hub.
pub(super) async fn register(registry: &Registry, caller: &Caller, job: RegisterTargets) -> Result<RegisteredTargets, RegistryError> {
    let (task, asker, asked) = (registry.clone(), caller.clone(), job.clone());
    let year = crate::work(move || prepare(&task, &asker, &asked)).await?;
    for _ in 0..LOOKS {
        if send::round(registry, caller).await? == 0 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let counts = registry.room.raw().read(move |tx| {
        let mine = hub_target::table.filter(hub_target::programme.eq(&job.programme).and(hub_target::fiscal_year.eq(year)));
        // Who was refused and is tried again stands in a newer task: what counts is the tasks that people stand in.
        let tasks = mine.select(hub_target::task).distinct().load::<Vec<u8>>(tx)?.len();
        let mut of = |word: &str| {
            let mine = hub_target::table.filter(hub_target::programme.eq(&job.programme).and(hub_target::fiscal_year.eq(year)));
            mine.filter(hub_target::state.eq(word)).count().get_result::<i64>(tx)
        };
        let (registered, refused) = (of(state::REGISTERED)?, of(state::REFUSED)?);
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok::<_, RegistryError>(RegisteredTargets { tasks: tasks as u64, registered: count(registered), refused: count(refused) })
    });
    counts.await
}

/// Seals the tasks of those who are in none → the fiscal year.
fn prepare(registry: &Registry, caller: &Caller, job: &RegisterTargets) -> Result<i32, RegistryError> {
    let source = registry.catalogue.templates().iter().find(|template| template.programme == job.programme);
    let source =
        source.ok_or_else(|| RegistryError::Asked("this programme has no template, so it is not done through the hub".to_owned()))?;
    let (now, today) = (registry.clock.now_ms(), registry.clock.today());
    registry.room.write_blocking(caller, TARGETS, |tx, record| {
        let year: Option<i32> = extraction::table.find(job.extraction).select(extraction::fiscal_year).first(tx).optional()?;
        let year = year.ok_or(RegistryError::Unknown("the extraction"))?;
        let fiscal_year = FiscalYear(i16::try_from(year).map_err(|_| RegistryError::Malformed("a stored fiscal year"))?);
        let versions: Vec<(String, i32)> = hub_template::table.select((hub_template::id, hub_template::version)).load(tx)?;
        let versions: HashMap<String, i32> = versions.into_iter().collect();
        let registered = hub_target::table
            .filter(
                hub_target::programme.eq(&job.programme).and(hub_target::fiscal_year.eq(year)).and(hub_target::state.ne(state::REFUSED)),
            )
            .select(hub_target::resident);
        let due = extraction_row::table
            .filter(extraction_row::extraction.eq(job.extraction).and(extraction_row::programme.eq(&job.programme)))
            .select(extraction_row::resident);
        let people: Vec<i64> = resident::table
            .filter(resident::id.eq_any(due).and(resident::id.ne_all(registered)))
            .order(resident::number)
            .select(resident::id)
            .load(tx)?;
        let mut addressees = Addressee::read(tx, &people, Means::Hub, today)?;
        // Who was protected, died or moved out since the extraction is not told.
        let people: Vec<Addressee> = people.iter().filter_map(|id| addressees.remove(id)?.ok()).collect();
        let ages: Vec<(i64, i16)> = extraction_person::table
            .filter(extraction_person::extraction.eq(job.extraction))
            .select((extraction_person::resident, extraction_person::age))
            .load(tx)?;
        let ages: HashMap<i64, i16> = ages.into_iter().collect();
        for people in people.chunks(BATCH) {
            let past = row::past_results(tx, registry, source, people)?;
            let mut rows = Vec::with_capacity(people.len());
            for person in people {
                record.subject(person.number());
                let age = ages.get(&person.id()).copied().unwrap_or_default();
                let variant = source.variant(age).ok_or(RegistryError::Malformed("a template without questions for an age that is due"))?;
                let name = template::name(source, variant);
                let version =
                    versions.get(&name).copied().ok_or_else(|| RegistryError::Asked("register the templates first".to_owned()))?;
                rows.push(row::row(
                    registry,
                    person,
                    fiscal_year,
                    (name, version),
                    past.get(&person.id()).cloned().unwrap_or_default(),
                    &job.programme,
                )?);
            }
            let id = registry.entropy.id128().as_bytes().to_vec();
            let body =
                zeroize::Zeroizing::new(serde_json::to_vec(&rows).map_err(|_| RegistryError::Malformed("a task that cannot be written"))?);
            let values = (
                hub_task::id.eq(&id),
                hub_task::programme.eq(&job.programme),
                hub_task::fiscal_year.eq(year),
                hub_task::body.eq(Some(registry.room.vault().seal(&Cell::new("hub_task", &id, "body"), &body)?)),
                hub_task::state.eq(state::PENDING),
                hub_task::at.eq(now),
            );
            diesel::insert_into(hub_task::table).values(values).execute(tx)?;
            targets(tx, people, &job.programme, year, &id)?;
        }
        record.note(format!("{} people in new tasks", people.len()));
        Ok(year)
    })
}

fn targets(tx: &mut store::Tx, people: &[Addressee], programme: &str, year: i32, task: &[u8]) -> Result<(), RegistryError> {
    for people in people.chunks(200) {
        let rows: Vec<_> = people
            .iter()
            .map(|person| {
                (
                    hub_target::resident.eq(person.id()),
                    hub_target::programme.eq(programme),
                    hub_target::fiscal_year.eq(year),
                    hub_target::task.eq(task),
                    hub_target::state.eq(state::WAITING),
                    hub_target::reason.eq(""),
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
