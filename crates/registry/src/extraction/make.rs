//! An extraction is made and kept: who, in which row of theirs, for what. It is found on one snapshot of the room, written in portions, and
//! known under its name when all of it is there.

use catalogue::Catalogue;
use diesel::prelude::*;
use eligibility::Plan;
use ledger::{People, Seen};
use protocol::messages::registry::{ExaminationCount, Extracted};
use sha2::{Digest as _, Sha256};
use store::Tx;
use vault::Vault;
use vocabulary::{Date, FiscalYear, day};
use work::jobs::{JobRun, Pace};

use super::city::City;
use super::table::{extraction, extraction_person, extraction_row};
use crate::RegistryError;
use crate::files::hashing::keyed;
use crate::person::person_id;

/// Lines of the first portion.
const LINES: usize = 2_000;

/// Where the writing of an extraction stands: those up to this person are written.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Cursor {
    extraction: i64,
    state: [u8; 32],
    person: i64,
}

/// Makes the extraction of a fiscal year for the residents of a day. When nothing that it would say has changed since it was made, it is the
/// same one. For a thread that may block.
pub(crate) fn make(run: &JobRun, catalogue: &Catalogue, year: FiscalYear, on: Date) -> Result<Extracted, RegistryError> {
    let (plan, room) = (Plan::compile(catalogue, year, on), run.room());
    run.progress("reading", 0, None);
    let (found, counts, half_imported) = room.see_blocking(run.caller(), crate::extraction::EXTRACT, |tx, record| {
        let half_in = crate::imports::half_in(tx, run.jobs())?;
        let city = City::read(tx, room.vault(), catalogue, on)?;
        let mut people = room.people();
        let found = Found::of(&plan, &city, room.vault(), &mut people)?;
        record.note(format!("who is due in {year} on {on}: {} people, {} files half in", found.people.len(), half_in.len()));
        Ok::<_, RegistryError>(Seen::many(people, (found, plan.count(&city.population, &city.history)?, half_in)))
    })?;
    if !half_imported.is_empty() {
        tracing::warn!(files = half_imported.len(), "an extraction was made while files were half in: make another one after their end");
    }
    let same = extraction::table.filter(extraction::fiscal_year.eq(i32::from(year.0)).and(extraction::day.eq(day::to_number(on))));
    let same = same.filter(extraction::state.eq(found.state.to_vec())).select(extraction::id);
    let id = match room.count_blocking(|tx| Ok::<_, RegistryError>(same.first::<i64>(tx).optional()?))? {
        Some(id) => id,
        None => keep(run, &found, year, on)?,
    };
    let counts = counts.iter().map(|(programme, examination, people)| ExaminationCount {
        programme: programme.to_owned(),
        examination: examination.to_owned(),
        people,
    });
    let (rows, damaged) = (found.lines.len() as u64, found.damaged);
    Ok(Extracted { extraction: id, rows, damaged, half_imported, counts: counts.collect() })
}

/// Somebody who is due.
struct DuePerson {
    id: i64,
    /// Of the row that was looked at.
    version: i32,
    age: i16,
    /// The first of their lines, and how many there are.
    lines: (usize, usize),
}

/// What an extraction says.
struct Found<'p> {
    /// Programme and examination.
    examinations: Vec<(&'p str, &'p str)>,
    /// In the order of their ids, in which they are written.
    people: Vec<DuePerson>,
    /// What each is due for, as a place among the examinations.
    lines: Vec<u16>,
    /// The same in short, under the room's key: who is due for what is nobody's to try out.
    state: [u8; 32],
    /// Facts that could not be read.
    damaged: u64,
}

impl<'p> Found<'p> {
    fn of(plan: &'p Plan, city: &City, vault: &Vault, named: &mut People) -> Result<Found<'p>, RegistryError> {
        let examinations: Vec<(&str, &str)> = plan.examinations().collect();
        let (mut people, mut lines, mut digest, mut last) = (Vec::<DuePerson>::new(), Vec::new(), Sha256::new(), usize::MAX);
        plan.list(&city.population, &city.history, |due| {
            if std::mem::replace(&mut last, due.row) != due.row {
                let (id, version) = city.rows.get(due.row).copied().unwrap_or_default();
                city.numbers.get(due.row).into_iter().for_each(|number| named.add(&person_id(number.as_str())));
                digest.update(id.to_be_bytes());
                digest.update(version.to_be_bytes());
                digest.update(due.age.to_be_bytes());
                people.push(DuePerson { id, version, age: due.age, lines: (lines.len(), 0) });
            }
            let place = examinations.iter().position(|examination| *examination == (due.programme, due.examination));
            lines.push(place.and_then(|place| u16::try_from(place).ok()).unwrap_or(u16::MAX));
            if let Some(person) = people.last_mut() {
                person.lines.1 += 1;
            }
            digest.update(due.programme);
            digest.update([0]);
            digest.update(due.examination);
            digest.update([0]);
        })?;
        people.sort_unstable_by_key(|person| person.id);
        Ok(Found { examinations, people, lines, state: keyed(vault, &digest.finalize().into()), damaged: city.damaged })
    }

    /// What somebody is due for.
    fn due(&self, person: &DuePerson) -> impl Iterator<Item = (&'p str, &'p str)> {
        let (first, count) = person.lines;
        let lines = self.lines.iter().skip(first).take(count);
        lines.filter_map(|place| self.examinations.get(usize::from(*place)).copied())
    }

    /// The next people to be written who have no more lines than this together, one at least.
    fn portion(&self, first: usize, most: usize) -> &[DuePerson] {
        let rest = self.people.get(first..).unwrap_or_default();
        let mut lines = 0;
        let count = rest.iter().take_while(|person| {
            lines += person.lines.1;
            lines <= most
        });
        rest.get(..count.count().max(1)).unwrap_or(rest)
    }
}

/// Writes people and lines in portions, which nobody sees, and then the extraction that they are of → its name.
fn keep(run: &JobRun, found: &Found<'_>, year: FiscalYear, on: Date) -> Result<i64, RegistryError> {
    let mut cursor = begin(run, found)?;
    let (mut pace, total) = (Pace::of(run, LINES), found.people.len());
    let mut done = found.people.partition_point(|person| person.id <= cursor.person);
    while done < total {
        run.progress("writing", done as u64, Some(total as u64));
        let people = found.portion(done, pace.size());
        run.aside_blocking(|tx, portion| {
            write(tx, cursor.extraction, found, people)?;
            cursor.person = people.last().map_or(cursor.person, |person| person.id);
            portion.checkpoint(&cursor).map_err(RegistryError::from)
        })?;
        pace.adapt(run, people.iter().map(|person| person.lines.1).sum());
        done += people.len();
    }
    let (id, now) = (cursor.extraction, run.room().clock().now_ms());
    run.portion_blocking(crate::extraction::EXTRACT, |tx, record, _| {
        let row = (
            extraction::id.eq(id),
            extraction::fiscal_year.eq(i32::from(year.0)),
            extraction::day.eq(day::to_number(on)),
            extraction::state.eq(found.state.to_vec()),
            extraction::at.eq(now),
            extraction::caller.eq(run.caller().id()),
            extraction::people.eq(i64::try_from(total).unwrap_or(i64::MAX)),
            extraction::examinations.eq(i64::try_from(found.lines.len()).unwrap_or(i64::MAX)),
        );
        diesel::insert_into(extraction::table).values(row).execute(tx)?;
        store::analyze(tx, "extraction_row")?;
        // who they are stands in the entry of the look at them
        record.note(format!("extraction {id} of {year} on {on}: {total} people, {} lines", found.lines.len()));
        Ok(Seen::nobody(id))
    })
}

/// People first, then what they are due for: one load at a time.
fn write(tx: &mut Tx, extraction: i64, found: &Found<'_>, people: &[DuePerson]) -> Result<(), RegistryError> {
    store::load(tx, extraction_person::all_columns, |load| {
        let mut each = people.iter();
        each.try_for_each(|person| load.push(|row| row.int(extraction).int(person.id).int(person.version).int(person.age)))
    })?;
    store::load(tx, extraction_row::all_columns, |load| {
        let mut each = people.iter().flat_map(|person| found.due(person).map(move |due| (person.id, due)));
        each.try_for_each(|(id, (programme, examination))| load.push(|row| row.int(extraction).int(id).text(programme).text(examination)))
    })?;
    Ok(())
}

/// Goes on where an earlier attempt at the same left off, or begins anew under a name that nothing had, and takes away what others left.
fn begin(run: &JobRun, found: &Found<'_>) -> Result<Cursor, RegistryError> {
    let room = run.room();
    if let Some(cursor) = run.checkpoint::<Cursor>()?
        && cursor.state == found.state
    {
        let written = found.people.partition_point(|person| person.id <= cursor.person);
        let there = room.count_blocking(|tx| {
            let those = extraction_person::table.filter(extraction_person::extraction.eq(cursor.extraction));
            Ok::<_, RegistryError>(those.count().get_result::<i64>(tx)?)
        })?;
        if i64::try_from(written) == Ok(there) {
            return Ok(cursor);
        }
    }
    let [kept, left] = room.count_blocking(|tx| {
        let kept: Option<i64> = extraction::table.select(diesel::dsl::max(extraction::id)).first(tx)?;
        let left: Option<i64> = extraction_person::table.select(diesel::dsl::max(extraction_person::extraction)).first(tx)?;
        Ok::<_, RegistryError>([kept, left].map(|id| id.unwrap_or(0)))
    })?;
    let mut pace = Pace::of(run, LINES);
    loop {
        let dropped = run.aside_blocking(|tx, _| drop_left(tx, kept, pace.limit()))?;
        if dropped == 0 {
            break;
        }
        pace.adapt(run, dropped);
    }
    Ok(Cursor { extraction: kept.max(left) + 1, state: found.state, person: i64::MIN })
}

/// Takes away some of the people, and their lines, of what was never finished → how many people.
fn drop_left(tx: &mut Tx, kept: i64, most: i64) -> Result<usize, RegistryError> {
    let left = extraction_person::table.filter(extraction_person::extraction.gt(kept));
    let left = left.order((extraction_person::extraction, extraction_person::resident)).limit(most);
    let left: Vec<(i64, i64)> = left.select((extraction_person::extraction, extraction_person::resident)).load(tx)?;
    let Some((of, _)) = left.first().copied() else { return Ok(0) };
    let last = left.iter().take_while(|(extraction, _)| *extraction == of).last().map_or(i64::MIN, |(_, resident)| *resident);
    let lines = extraction_row::table.filter(extraction_row::extraction.eq(of).and(extraction_row::resident.le(last)));
    diesel::delete(lines).execute(tx)?;
    let people = extraction_person::table.filter(extraction_person::extraction.eq(of).and(extraction_person::resident.le(last)));
    Ok(diesel::delete(people).execute(tx)?)
}
