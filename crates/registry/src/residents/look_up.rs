//! Who of a file's people is known: while a file is short its own numbers are looked up, some of its rows at a time, so that nobody is read
//! who is not in it; once it is long everybody is, which costs less than as many look-ups, and most of a city is in it.

use access::Caller;
use diesel::prelude::*;
use ledger::{Room, Seen};

use super::before::Before;
use super::column::Column;
use super::compare::{Checked, Everybody, known, known_of};
use super::import::{ACT, ImportError};
use super::table::resident;
use crate::person::person_id;

/// Rows that are looked up by number before everybody is read.
const LOOKED_UP: usize = 20_000;

/// What a file is compared with, as far as it was needed.
pub(super) struct LookUp<'a> {
    room: &'a Room,
    caller: &'a Caller,
    absent: Vec<Column>,
    /// Rows that were looked up; none once everybody is known.
    rows: Option<usize>,
}

impl<'a> LookUp<'a> {
    /// For a file without these columns.
    pub(super) fn new(room: &'a Room, caller: &'a Caller, absent: Vec<Column>) -> LookUp<'a> {
        LookUp { room, caller, absent, rows: Some(0) }
    }

    pub(super) fn room(&self) -> &'a Room {
        self.room
    }

    /// What is known before anybody is looked up.
    pub(super) fn nobody(&self) -> Before {
        Before::of_nobody(self.absent.clone())
    }

    /// The id that the next new person gets.
    pub(super) fn next_id(&self) -> Result<i64, ImportError> {
        let last = |tx: &mut store::Tx| {
            let last: Option<i64> = resident::table.select(diesel::dsl::max(resident::id)).first(tx).map_err(store::StoreError::from)?;
            Ok::<_, ImportError>(last.unwrap_or(0))
        };
        Ok(self.room.count_blocking(last)? + 1)
    }

    /// Reads what these rows are to be compared with, as far as it is not there.
    pub(super) fn learn(&mut self, rows: &Checked, everybody: &mut Everybody, before: &mut Before) -> Result<(), ImportError> {
        let Some(done) = &mut self.rows else { return Ok(()) };
        *done += rows.len();
        let is_long = *done > LOOKED_UP;
        let numbers: Vec<&str> = rows.iter().flatten().map(|row| row.resident.as_str()).collect();
        let absent = self.absent.clone();
        let (mut learned, told) = self.room.see_blocking(self.caller, ACT, |tx, record| {
            let learned = if is_long { known(tx)? } else { known_of(tx, self.room.vault(), &numbers)? };
            let ids: Vec<i64> = learned.values().map(|known| known.id).collect();
            let mut people = self.room.people();
            people.extend(learned.keys().map(|number| person_id(number.as_str())));
            record.note("what is known, to compare a file with");
            let told = Before::read(tx, absent, (!is_long).then_some(ids))?;
            Ok::<_, ImportError>(Seen::many(people, (learned, told)))
        })?;
        before.join(told);
        // Whom the file told of already, and who is new by it, stays so.
        if is_long {
            learned.extend(std::mem::take(everybody));
            *everybody = learned;
            self.rows = None;
        } else {
            learned.into_iter().for_each(|(number, known)| {
                everybody.entry(number).or_insert(known);
            });
        }
        Ok(())
    }
}
