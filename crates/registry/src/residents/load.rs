//! The first file of a room that knows nobody: it goes straight into the table of residents, in portions, between which others read and write.
//!
//! Whoever is in is seen while the rest comes. The same job goes on after a kill: who is in is known by what their row says, and counts as it
//! would have. The table's index by kana waits for the end of the file, unless somebody waits for the room from the first. A file that breaks
//! off, is another one by then, or is followed by another import before its end leaves nobody in.

use std::io::Read;

use diesel::prelude::*;
use ledger::Seen;
use store::Tx;
use work::jobs::{JobRun, Pace};

use super::before::Before;
use super::compare::{Batch, Compare, known};
use super::import::{
    ACT, BATCH, First, ImportError, Imported, REJECTS, Source, Stand, Taken, again, csv_of, each_batch, noted, taken_before, tell,
};
use super::table::resident;
use super::{left, taken};
use crate::files::hashing::keyed;
use crate::person::person_id;

/// Rows of the first portion.
const ROWS: usize = 2_048;
/// People before whom, when somebody waits, the index by kana is made at once: it takes some tens of milliseconds then. Later it has to wait for
/// the end.
const EARLY: u64 = 32_768;
/// Rows of a portion that are taken away.
const DROPPED: usize = 1_000;

/// The first file that this job was loading, when its process ended.
pub(super) fn under_way(run: &JobRun) -> Result<Option<i64>, ImportError> {
    let Some(Stand::Loading(number)) = run.checkpoint()? else { return Ok(None) };
    let is_own = run.room().count_blocking(|tx| Ok::<_, ImportError>(taken::is_loading(tx, number, run.id())?))?;
    Ok(is_own.then_some(number))
}

/// Takes a first file in, or goes on with it.
pub(super) fn load<R: Read + Send>(
    run: &JobRun,
    mut source: Source<'_, R>,
    going_on: Option<i64>,
    on: &mut dyn FnMut(super::Event),
) -> Result<Taken, ImportError> {
    let number = begin(run, source.name, going_on)?;
    match fill(run, &mut source, number, on) {
        Ok(Ok(taken)) => Ok(taken),
        Ok(Err((earlier, first, imported))) => {
            give_up(run, number)?;
            again(run, &source, earlier, first, &imported)
        }
        Err(error) => {
            if matches!(error, ImportError::File(_) | ImportError::Changed) {
                // what is left is taken away by upkeep
                let _ = give_up(run, number);
            }
            Err(error)
        }
    }
}

/// Notes the file → its number.
fn begin(run: &JobRun, name: &str, going_on: Option<i64>) -> Result<i64, ImportError> {
    let now = run.room().clock().now_ms();
    run.aside_blocking(|tx, portion| {
        portion.remove(tx, REJECTS)?;
        store::postpone_indexes(tx, "resident")?;
        let number = match going_on {
            Some(number) => number,
            None => taken::begin_to_load(tx, name, (run.caller().id(), now), run.id())?,
        };
        portion.checkpoint(&Stand::Loading(number))?;
        Ok(number)
    })
}

/// What came of the file, or the import that took these bytes in before.
type Filled = Result<Taken, (i64, First, Imported)>;

fn fill<R: Read + Send>(
    run: &JobRun,
    source: &mut Source<'_, R>,
    number: i64,
    on: &mut dyn FnMut(super::Event),
) -> Result<Filled, ImportError> {
    let room = run.room();
    // Who is in from an earlier attempt.
    let everybody = room.see_blocking(run.caller(), ACT, |tx, record| {
        let everybody = known(tx)?;
        let mut people = room.people();
        people.extend(everybody.keys().map(|number| person_id(number.as_str())));
        record.note("who is in, to go on with a first file");
        Ok::<_, ImportError>(Seen::many(people, everybody))
    })?;
    let compare = Compare::new(room, everybody, Before::of_nobody(Vec::new()), number).straight_in();
    let mut writer = Portions { run, name: source.name, number, pace: Pace::of(run, ROWS), batches: Vec::new(), rows: 0, heading: true };
    let mut imported = Imported::default();
    let everybody = each_batch(&mut source.file, run.rows(BATCH), compare, |batch| writer.take(batch, &mut imported, on))?;
    writer.write(&mut imported, on)?;
    if everybody.values().any(|known| !known.told) {
        return Err(ImportError::Changed);
    }
    let digest = keyed(room.vault(), &source.digest.value());
    if let Some((earlier, first)) = taken_before(run, &digest)? {
        return Ok(Err((earlier, first, imported)));
    }
    let taken = Taken { imported, unknown: source.unknown.clone() };
    run.portion_blocking(ACT, |tx, record, portion| {
        taken::end_load(tx, number, &digest, &imported)?;
        store::make_indexes(tx, "resident")?;
        store::analyze(tx, "resident")?;
        record.note(noted(number, &imported));
        portion.checkpoint(&Stand::Read(taken.clone()))?;
        // whom it brought is named by the portions
        Ok::<_, ImportError>(Seen::nobody(()))
    })?;
    left::take_away(run)?;
    Ok(Ok(taken))
}

/// Gathers batches into portions.
struct Portions<'r> {
    run: &'r JobRun,
    name: &'r str,
    number: i64,
    pace: Pace,
    batches: Vec<Batch>,
    rows: usize,
    /// Whether the list of refused rows still lacks its heading.
    heading: bool,
}

impl Portions<'_> {
    fn take(&mut self, batch: Batch, imported: &mut Imported, on: &mut dyn FnMut(super::Event)) -> Result<(), ImportError> {
        self.rows += batch.added.len() + batch.rejected.len();
        self.batches.push(batch);
        if self.rows >= self.pace.size() { self.write(imported, on) } else { Ok(()) }
    }

    fn write(&mut self, imported: &mut Imported, on: &mut dyn FnMut(super::Event)) -> Result<(), ImportError> {
        let (batches, rows) = (std::mem::take(&mut self.batches), std::mem::take(&mut self.rows));
        let mut rejects = Vec::new();
        for batch in &batches {
            let more = csv_of(batch, self.name, self.heading)?;
            self.heading &= more.is_empty();
            rejects.extend(more);
        }
        let added: usize = batches.iter().map(|batch| batch.added.len()).sum();
        if added > 0 {
            self.run.portion_blocking(ACT, |tx, record, portion| {
                store::load(tx, resident::all_columns, |load| batches.iter().try_for_each(|batch| load.append(&batch.added)))?;
                record.note(format!("import {}: {added} people", self.number));
                portion.append_of_nobody(tx, REJECTS, &rejects)?;
                if imported.added < EARLY && self.run.was_waited_for() {
                    store::make_indexes(tx, "resident")?;
                }
                let mut people = self.run.room().people();
                batches.iter().for_each(|batch| people.join(batch.people.clone()));
                Ok::<_, ImportError>(Seen::many(people, ()))
            })?;
            self.pace.adapt(self.run, rows);
        } else if !rejects.is_empty() {
            self.run.aside_blocking(|tx, portion| portion.append_of_nobody(tx, REJECTS, &rejects).map_err(ImportError::from))?;
        }
        batches.into_iter().for_each(|batch| drop(tell(self.run, batch, imported, on)));
        Ok(())
    }
}

/// Takes away everybody whom a first file brought, and the note of it.
pub(super) fn give_up(run: &JobRun, number: i64) -> Result<(), ImportError> {
    let mut pace = Pace::of(run, DROPPED);
    loop {
        let dropped = run.aside_blocking(|tx, _| {
            let is_there = taken::give_up(tx, number)?;
            Ok::<_, ImportError>(if is_there { drop_loaded(tx, number, pace.limit())? } else { 0 })
        })?;
        if dropped == 0 {
            break;
        }
        pace.adapt(run, dropped);
    }
    run.portion_blocking(ACT, |tx, record, _| {
        record.note(format!("import {number}: given up, and whom it brought is gone"));
        store::make_indexes(tx, "resident")?;
        taken::forget(tx, number)?;
        Ok::<_, ImportError>(Seen::nobody(()))
    })
}

fn drop_loaded(tx: &mut Tx, number: i64, most: i64) -> Result<usize, store::StoreError> {
    let next = resident::table.filter(resident::import.eq(number)).order(resident::id).limit(most).select(resident::id);
    let ids: Vec<i64> = next.load(tx)?;
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(0) };
    let those = resident::table.filter(resident::import.eq(number).and(resident::id.between(*first, *last)));
    Ok(diesel::delete(those).execute(tx)?)
}
