//! An extraction is made and kept: who, in which row of theirs, for what.

use catalogue::Catalogue;
use diesel::prelude::*;
use eligibility::{Eligible, Plan};
use ledger::{People, Seen};
use protocol::messages::registry::{ExaminationCount, Extracted};
use sha2::{Digest as _, Sha256};
use store::{StoreError, Tx};
use vocabulary::{Date, FiscalYear, day};
use work::jobs::JobRun;

use super::city::City;
use super::table::{extraction, extraction_person, extraction_row};
use crate::RegistryError;
use crate::person::person_id;

/// Makes the extraction of a fiscal year for the residents of a day. When nothing that it would say has changed since it was made, it is the
/// same one. For a thread that may block.
pub(crate) fn make(run: &JobRun, catalogue: &Catalogue, year: FiscalYear, on: Date) -> Result<Extracted, RegistryError> {
    let plan = Plan::compile(catalogue, year, on);
    let now = run.room().clock().now_ms();
    run.portion_blocking(crate::extraction::EXTRACT, |tx, record, portion| {
        let city = City::read(tx, run.room().vault(), catalogue, on)?;
        let found = Found::of(&plan, &city, run.room().people())?;
        let same = extraction::table.filter(extraction::fiscal_year.eq(i32::from(year.0)).and(extraction::day.eq(day::to_number(on))));
        let same = same.filter(extraction::state.eq(found.state.to_vec())).select(extraction::id);
        let id = match same.first::<i64>(tx).optional()? {
            Some(id) => id,
            None => {
                let id = extraction::table.select(diesel::dsl::max(extraction::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1;
                let row = (
                    extraction::id.eq(id),
                    extraction::fiscal_year.eq(i32::from(year.0)),
                    extraction::day.eq(day::to_number(on)),
                    extraction::state.eq(found.state.to_vec()),
                    extraction::at.eq(now),
                    extraction::caller.eq(run.caller().id()),
                    extraction::people.eq(i64::try_from(found.people).unwrap_or(i64::MAX)),
                    extraction::examinations.eq(i64::try_from(found.lines).unwrap_or(i64::MAX)),
                );
                diesel::insert_into(extraction::table).values(row).execute(tx)?;
                keep(tx, id, &plan, &city)?;
                id
            }
        };
        record.note(format!("extraction {id} of {year} on {on}: {} people, {} lines", found.people, found.lines));
        let counts = plan.count(&city.population, &city.history)?;
        let counts = counts.iter().map(|(programme, examination, people)| ExaminationCount {
            programme: programme.to_owned(),
            examination: examination.to_owned(),
            people,
        });
        let extracted = Extracted { extraction: id, rows: found.lines, counts: counts.collect() };
        portion.done(&extracted)?;
        Ok(Seen::many(found.named, extracted))
    })
}

/// What an extraction says, in short.
struct Found {
    people: u64,
    lines: u64,
    state: [u8; 32],
    named: People,
}

impl Found {
    fn of(plan: &Plan, city: &City, mut named: People) -> Result<Found, RegistryError> {
        let (mut digest, mut people, mut lines, mut last) = (Sha256::new(), 0, 0, usize::MAX);
        plan.list(&city.population, &city.history, |due| {
            let (id, version) = city.rows.get(due.row).copied().unwrap_or_default();
            if due.row != last {
                last = due.row;
                people += 1;
                city.numbers.get(due.row).into_iter().for_each(|number| named.add(&person_id(number.as_str())));
                digest.update(id.to_be_bytes());
                digest.update(version.to_be_bytes());
                digest.update(due.age.to_be_bytes());
            }
            lines += 1;
            digest.update(due.programme);
            digest.update([0]);
            digest.update(due.examination);
            digest.update([0]);
        })?;
        Ok(Found { people, lines, state: digest.finalize().into(), named })
    }
}

/// People first, then what they are due for: one load at a time.
fn keep(tx: &mut Tx, extraction: i64, plan: &Plan, city: &City) -> Result<(), RegistryError> {
    store::load(tx, extraction_person::all_columns, |load| {
        let mut last = usize::MAX;
        each(plan, city, |due, (id, version)| {
            if std::mem::replace(&mut last, due.row) == due.row {
                return Ok(());
            }
            load.push(|row| row.int(extraction).int(id).int(version).int(due.age))
        })
    })?;
    store::load(tx, extraction_row::all_columns, |load| {
        each(plan, city, |due, (id, _)| load.push(|row| row.int(extraction).int(id).text(due.programme).text(due.examination)))
    })?;
    store::analyze(tx, "extraction_row")?;
    Ok(())
}

/// Every line of the plan with the row it speaks of, until one fails.
fn each<'p>(
    plan: &'p Plan,
    city: &City,
    mut line: impl FnMut(Eligible<'p>, (i64, i32)) -> Result<(), StoreError>,
) -> Result<(), RegistryError> {
    let mut failed = None;
    plan.list(&city.population, &city.history, |due| {
        if failed.is_none()
            && let Some(row) = city.rows.get(due.row)
        {
            failed = line(due, *row).err();
        }
    })?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}
