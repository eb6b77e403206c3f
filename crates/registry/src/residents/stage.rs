//! A file of a room that knows people: its news are kept aside first, and then applied in portions, between which others read and write.
//!
//! The state is in the room. What is being applied is applied to its end, by whoever comes next if need be; what was only being staged when
//! its job was cancelled or failed is dropped by upkeep, or by the next import if that comes first.

use ledger::Seen;
use work::jobs::{JobRun, Pace};

use super::import::{ACT, ImportError, REJECTS};
use super::table::resident;
use super::{taken, write};
use crate::person::person_id;

/// People of the first portion that is applied.
const APPLIED: usize = 500;
/// Rows of the first portion that is dropped.
const DROPPED: usize = 5_000;

/// Whether nobody is known.
pub(super) fn is_empty(run: &JobRun) -> Result<bool, ImportError> {
    use diesel::prelude::*;
    run.room().count_blocking(|tx| {
        let first: Option<i64> = resident::table.select(resident::id).first(tx).optional().map_err(store::StoreError::from)?;
        Ok(first.is_none())
    })
}

/// Notes a file that is being staged, to be shown or to go in at once → its number.
pub(super) fn begin(run: &JobRun, name: &str, is_shown: bool) -> Result<i64, ImportError> {
    let now = run.room().clock().now_ms();
    run.aside_blocking(|tx, portion| {
        portion.remove(tx, REJECTS)?;
        Ok(taken::begin(tx, name, (run.caller().id(), now), is_shown.then(|| run.id()))?)
    })
}

/// Applies what is to be applied, of this file and of earlier ones.
pub(super) fn apply_all(run: &JobRun) -> Result<(), ImportError> {
    let mut pace = Pace::of(run, APPLIED);
    loop {
        let [number, rows] = run.room().count_blocking(|tx| Ok::<_, ImportError>(taken::applying(tx)?))?;
        if number == 0 {
            return Ok(());
        }
        let (mut done, rows) = (0, u64::try_from(rows).unwrap_or(0));
        loop {
            run.progress("applying", done, Some(rows.max(done)));
            let applied = run.portion_blocking(ACT, |tx, record, _| {
                let numbers = write::apply(tx, number, pace.limit())?;
                record.note(format!("import {number}: {} people", numbers.len()));
                if numbers.is_empty() {
                    taken::end(tx, number)?;
                }
                let mut people = run.room().people();
                people.extend(numbers.iter().map(|number| person_id(number)));
                Ok::<_, ImportError>(Seen::many(people, numbers.len()))
            })?;
            if applied == 0 {
                break;
            }
            pace.adapt(run, applied);
            done += applied as u64;
        }
    }
}

/// Drops what was staged of a file, and the note of it.
pub(super) fn give_up(run: &JobRun, number: i64) -> Result<(), ImportError> {
    let mut pace = Pace::of(run, DROPPED);
    loop {
        let dropped = run.aside_blocking(|tx, _| {
            let is_there = taken::give_up(tx, number)?;
            Ok::<_, ImportError>(if is_there { write::drop_staged(tx, number, pace.limit())? } else { 0 })
        })?;
        if dropped == 0 {
            break;
        }
        pace.adapt(run, dropped);
    }
    run.aside_blocking(|tx, _| Ok(taken::forget(tx, number)?))
}
