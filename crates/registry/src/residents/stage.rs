//! A file of a room that knows people: its news are kept aside first, and then applied in portions, between which others read and write.
//!
//! The state is in the room. What is being applied is applied to its end, by whoever comes next if need be; what was only being staged when
//! its process ended is dropped by the next import.

use store::Tx;
use work::jobs::JobRun;

use super::import::{ACT, ImportError, REJECTS};
use super::table::resident;
use super::{taken, write};

/// People of one portion that is applied: some thirty milliseconds of writing, in which nobody reads.
const APPLIED: i64 = 500;
/// Rows of one portion that are dropped.
const DROPPED: i64 = 5_000;

/// Whether nobody is known.
pub(super) fn is_empty(run: &JobRun) -> Result<bool, ImportError> {
    use diesel::prelude::*;
    run.room().raw().read_blocking(|tx| {
        let first: Option<i64> = resident::table.select(resident::id).first(tx).optional().map_err(store::StoreError::from)?;
        Ok(first.is_none())
    })
}

/// Notes a file that is being staged → its number.
pub(super) fn begin(run: &JobRun, name: &str) -> Result<i64, ImportError> {
    let now = run.room().clock().now_ms();
    run.aside_blocking(|tx, portion| {
        portion.remove(tx, REJECTS)?;
        Ok(taken::begin(tx, name, (run.caller().id(), now))?)
    })
}

/// Applies what is to be applied, of this file and of earlier ones.
pub(super) fn apply_all(run: &JobRun) -> Result<(), ImportError> {
    for (number, rows) in listed(run, taken::applying)? {
        let mut done = 0;
        loop {
            run.progress("applying", done, Some(rows.max(done)));
            let applied = run.portion_blocking(ACT, |tx, record, _| {
                let people = write::apply(tx, number, APPLIED)?;
                people.iter().for_each(|person| record.subject(person));
                record.note(format!("import {number}: {} people", people.len()));
                if people.is_empty() {
                    taken::end(tx, number)?;
                }
                Ok::<_, ImportError>(people.len())
            })?;
            if applied == 0 {
                break;
            }
            done += applied as u64;
        }
    }
    Ok(())
}

/// Drops what was staged and goes no further.
pub(super) fn abandon(run: &JobRun) -> Result<(), ImportError> {
    listed(run, taken::staging)?.into_iter().try_for_each(|number| give_up(run, number))
}

/// Drops what was staged of a file, and the note of it.
pub(super) fn give_up(run: &JobRun, number: i64) -> Result<(), ImportError> {
    while run.aside_blocking(|tx, _| Ok::<_, ImportError>(write::drop_staged(tx, number, DROPPED)?))? > 0 {}
    run.aside_blocking(|tx, _| Ok(taken::forget(tx, number)?))
}

fn listed<T>(run: &JobRun, list: fn(&mut Tx) -> Result<Vec<T>, store::StoreError>) -> Result<Vec<T>, ImportError> {
    run.room().raw().read_blocking(|tx| Ok(list(tx)?))
}
