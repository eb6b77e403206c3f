//! What an import would bring, before it does: the file is read, checked and compared, and nothing is written.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use access::Caller;
use diesel::prelude::*;
use eligibility::Removal;
use ledger::{Room, Seen};
use serde::Serialize;

use super::column::Column;
use super::compare::{Batch, Compare, Everybody, Prepared};
use super::file::File;
use super::import::{ACT, BATCH, ImportError, each_batch};
use super::look_up::LookUp;
use super::table::resident;
use crate::files::Rejected;
use crate::person::person_id;

/// 異動事由 of somebody who moved in.
const MOVED_IN: &str = "転入";

/// What an import would bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// Rows of the file.
    pub rows: u64,
    /// People who are not known.
    pub new: u64,
    /// People of whom something changes.
    pub changed: u64,
    /// People of whom nothing changes.
    pub unchanged: u64,
    /// Refused rows.
    pub refused: u64,
    /// Of the new and the changed, those who moved in (転入).
    pub moved_in: u64,
    /// Who moves out by the file.
    pub moved_out: u64,
    /// Who dies by the file.
    pub died: u64,
    /// Who comes under protective measures (支援措置) by the file.
    pub protected: u64,
    /// Whose protective measures end by the file.
    pub unprotected: u64,
    /// Who is known, has neither moved out nor died, and is not in the file; 0 where the file is not of everybody.
    pub missing: u64,
    /// Changes whose 異動日 is older than the one that is known.
    pub older: u64,
    /// Changes of two or more of name, sex and birth date at once.
    pub confused: u64,
}

/// What is known of somebody whom a row would change: id, name, sex, birth, removal, protected, event, event date.
type Known = (i64, String, i16, i32, i16, i16, String, i32);

/// Compares a file with what is known; `full` says that it is of everybody. `on` hears of the rows that an import would refuse. For a
/// thread that may block.
pub fn preview<R: Read + Send>(
    room: &Room,
    caller: &Caller,
    input: R,
    options: impl Into<sheets::Options>,
    full: Option<bool>,
    on: &mut dyn FnMut(Rejected),
) -> Result<Preview, ImportError> {
    let mut file = File::open(input, options)?;
    let look_up = LookUp::new(room, caller, file.absent());
    let full = full.unwrap_or(look_up.next_id()? == 1);
    // Nothing of it is written under this number.
    let compare = Compare::with(look_up, 0)?;
    let mut preview = Preview::default();
    let everybody = each_batch(&mut file, BATCH, compare, |batch| preview.take(room, caller, batch, on))?;
    if full {
        preview.missing = missing(room, caller, &everybody)?;
    }
    Ok(preview)
}

impl Preview {
    fn take(&mut self, room: &Room, caller: &Caller, batch: Batch, on: &mut dyn FnMut(Rejected)) -> Result<(), ImportError> {
        self.rows += batch.rows();
        self.unchanged += batch.unchanged;
        self.refused += batch.rejected.len() as u64;
        let changing: Vec<i64> = batch.staged.iter().filter(|(row, _)| row.version > 1).map(|(row, _)| row.id).collect();
        let known = if changing.is_empty() { HashMap::new() } else { known(room, caller, changing)? };
        for (row, _) in &batch.staged {
            match known.get(&row.id) {
                Some(known) => self.change(row, known),
                None => self.add(row),
            }
        }
        batch.rejected.into_iter().for_each(on);
        Ok(())
    }

    fn add(&mut self, new: &Prepared) {
        self.new += 1;
        self.moved_in += u64::from(new.row.text(Column::Event) == MOVED_IN);
        self.protected += u64::from(new.row.protected == 1);
    }

    fn change(&mut self, new: &Prepared, (_, name, sex, birth, removal, protected, event, event_date): &Known) {
        let row = &new.row;
        self.changed += 1;
        let is_event_new = row.event_date != *event_date || row.text(Column::Event) != event;
        self.moved_in += u64::from(row.text(Column::Event) == MOVED_IN && is_event_new);
        let (reason, before) = (Removal::from_code(row.removal), Removal::from_code(*removal));
        self.moved_out += u64::from(reason == Some(Removal::MovedOut) && reason != before);
        self.died += u64::from(reason == Some(Removal::Died) && reason != before);
        self.protected += u64::from(row.protected == 1 && *protected != 1);
        self.unprotected += u64::from(row.protected != 1 && *protected == 1);
        self.older += u64::from(row.event_date != 0 && row.event_date < *event_date);
        let differences = [row.text(Column::Name) != name, row.sex != *sex, row.birth != *birth];
        self.confused += u64::from(differences.into_iter().filter(|differs| *differs).count() >= 2);
    }
}

fn known(room: &Room, caller: &Caller, ids: Vec<i64>) -> Result<HashMap<i64, Known>, ImportError> {
    room.see_blocking(caller, ACT, |tx, record| {
        let columns = (
            resident::id,
            resident::name,
            resident::sex,
            resident::birth,
            resident::removal,
            resident::protected,
            resident::event,
            resident::event_date,
        );
        let those = resident::table.filter(resident::id.eq_any(ids));
        let rows: Vec<(String, Known)> = those.select((resident::number, columns)).load(tx).map_err(store::StoreError::from)?;
        let mut people = room.people();
        people.extend(rows.iter().map(|(number, _)| person_id(number)));
        record.note("what a file would change");
        Ok(Seen::many(people, rows.into_iter().map(|(_, known)| (known.0, known)).collect()))
    })
}

fn missing(room: &Room, caller: &Caller, everybody: &Everybody) -> Result<u64, ImportError> {
    let told: HashSet<i64> = everybody.values().filter(|known| known.told).map(|known| known.id).collect();
    room.see_blocking(caller, ACT, |tx, record| {
        record.note("who is not in a file");
        let mut missing = 0;
        store::stream!(tx, resident::table.filter(resident::removal.eq(0)).select(resident::id), i64, |id| {
            missing += u64::from(!told.contains(&id));
            Ok::<_, ImportError>(())
        })?;
        Ok(Seen::nobody(missing))
    })
}
