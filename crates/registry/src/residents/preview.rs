//! A file of the register that is shown before it goes in: read, compared and staged, and its job stops. Resumed, the job applies what was staged
//! ([`super::import::go_on`]), unless another file went in meanwhile; cancelled, what was staged is taken away by upkeep.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use access::Caller;
use diesel::prelude::*;
use eligibility::Removal;
use ledger::{Room, Seen};
use protocol::messages::registry::ResidentsConcerned;
use serde::Serialize;
use sheets::Options;
use work::jobs::JobRun;

use super::column::Column;
use super::compare::{Batch, Everybody, Prepared};
use super::contact::{Contact, SealedContact};
use super::import::{ACT, ImportError, Source, Stand, Taken, again, keep_aside};
use super::table::{not_removed, resident};
use super::{left, stage, taken};
use crate::person::person_id;

/// 異動事由 of somebody who moved in.
const MOVED_IN: &str = "転入";

/// What is known of somebody whom a row would change: name, sex, birth, removal, event date.
type StoredState = (String, i16, i32, i16, i32);
/// The same with their contact; none where it does not open.
type Known = (StoredState, Option<Contact>);

/// A file that was staged and can be shown.
pub(super) struct Staged {
    number: i64,
    digest: [u8; 32],
    pub(super) taken: Taken,
    pub(super) concerned: ResidentsConcerned,
    people: ledger::People,
}

/// Reads, compares and stages a file; `of_all` says that it is of everybody → what it would bring; what came of it, where these bytes were taken
/// in before. For a thread that may block.
pub(super) fn read<R: Read + Send>(
    run: &JobRun,
    input: R,
    name: &str,
    options: impl Into<Options>,
    of_all: bool,
) -> Result<Result<Staged, Taken>, ImportError> {
    let mut source = Source::open(run, input, name, options)?;
    stage::apply_all(run)?;
    left::give_up_own(run)?;
    if run.room().count_blocking(|tx| Ok::<_, ImportError>(taken::loading(tx)?.is_some()))? {
        return Err(ImportError::FirstHalfIn);
    }
    let number = stage::begin(run, name, true)?;
    let mut concerned = Concerned::default();
    let look = &mut |batch: &Batch| concerned.take(run.room(), run.caller(), batch);
    match keep_aside(run, &mut source, number, look, &mut |_| {}) {
        Ok(Ok((digest, taken, everybody))) => {
            let Concerned(mut concerned) = concerned;
            if of_all {
                concerned.missing = Some(missing(run.room(), run.caller(), &everybody)?);
            }
            Ok(Ok(Staged { number, digest, taken, concerned, people: source.people }))
        }
        Ok(Err((earlier, first, imported))) => {
            stage::give_up(run, number)?;
            Ok(Err(again(run, &source, earlier, first, &imported)?))
        }
        Err(error) => {
            // what is left is dropped by upkeep
            let _ = stage::give_up(run, number);
            Err(error)
        }
    }
}

/// Shows it: the job stops.
pub(super) fn show(run: &JobRun, staged: Staged, told: &impl Serialize) -> Result<(), ImportError> {
    let Staged { number, digest, taken, people, .. } = staged;
    let people = run.room().enlist_blocking(people)?;
    run.portion_blocking(ACT, |tx, record, portion| {
        record.note(format!("import {number} is shown first"));
        taken::show(tx, number, run.id(), &digest)?;
        portion.checkpoint(&Stand::Shown(number, digest, taken))?;
        portion.show(told)?;
        Ok::<_, ImportError>(Seen::enlisted(&people, ()))
    })
}

#[derive(Default)]
struct Concerned(ResidentsConcerned);

impl Concerned {
    fn take(&mut self, room: &Room, caller: &Caller, batch: &Batch) -> Result<(), ImportError> {
        let changing: Vec<i64> = batch.staged.iter().filter(|(row, _)| row.version > 1).map(|(row, _)| row.id).collect();
        let known = if changing.is_empty() { HashMap::new() } else { known(room, caller, changing)? };
        for (row, _) in &batch.staged {
            match known.get(&row.id) {
                Some(known) => self.change(row, known),
                None => self.add(row),
            }
        }
        Ok(())
    }

    fn add(&mut self, new: &Prepared) {
        self.0.moved_in += u64::from(new.row.text(Column::Event) == MOVED_IN);
        self.0.protected += u64::from(new.row.value(Column::Protected) == 1);
    }

    fn change(&mut self, new: &Prepared, ((name, sex, birth, removal, event_date), contact): &Known) {
        let row = &new.row;
        let is_other_event = |contact: &Contact| row.text(Column::Event) != contact.event();
        let is_event_new = row.value(Column::EventDate) != *event_date || contact.as_ref().is_some_and(is_other_event);
        self.0.moved_in += u64::from(row.text(Column::Event) == MOVED_IN && is_event_new);
        let (reason, before) = (i16::try_from(row.value(Column::Removal)).ok().and_then(Removal::from_code), Removal::from_code(*removal));
        self.0.moved_out += u64::from(reason == Some(Removal::MovedOut) && reason != before);
        self.0.died += u64::from(reason == Some(Removal::Died) && reason != before);
        // of whom it is not known, the file may end it
        let was_protected = contact.as_ref().is_none_or(Contact::is_protected);
        let is_protected = row.value(Column::Protected) == 1;
        self.0.damaged += u64::from(contact.is_none());
        self.0.protected += u64::from(is_protected && !was_protected);
        self.0.unprotected += u64::from(!is_protected && was_protected);
        self.0.older += u64::from((1..*event_date).contains(&row.value(Column::EventDate)));
        let differences = [row.text(Column::Name) != name, row.value(Column::Sex) != i32::from(*sex), row.value(Column::Birth) != *birth];
        self.0.confused += u64::from(differences.into_iter().filter(|differs| *differs).count() >= 2);
    }
}

/// What is known of those whom rows would change.
fn known(room: &Room, caller: &Caller, ids: Vec<i64>) -> Result<HashMap<i64, Known>, ImportError> {
    room.see_blocking(caller, ACT, |tx, record| {
        let columns = (resident::name, resident::sex, resident::birth, resident::removal, resident::event_date);
        let those = resident::table.filter(resident::id.eq_any(ids)).select((columns, SealedContact::NOW));
        let rows: Vec<(StoredState, SealedContact)> = those.load(tx).map_err(store::StoreError::from)?;
        let mut people = room.people();
        people.extend(rows.iter().map(|(_, sealed)| person_id(sealed.number())));
        record.note("what a file would change");
        let mut known = HashMap::with_capacity(rows.len());
        for (state, sealed) in rows {
            known.insert(sealed.id(), (state, wire::pass_over(sealed.open(room.vault()))?));
        }
        Ok(Seen::many(people, known))
    })
}

fn missing(room: &Room, caller: &Caller, everybody: &Everybody) -> Result<u64, ImportError> {
    let told: HashSet<i64> = everybody.values().filter(|known| known.told).map(|known| known.id).collect();
    room.see_blocking(caller, ACT, |tx, record| {
        record.note("who is not in a file");
        let mut missing = 0;
        store::stream!(tx, resident::table.filter(not_removed()).select(resident::id), i64, |id| {
            missing += u64::from(!told.contains(&id));
            Ok::<_, ImportError>(())
        })?;
        Ok(Seen::nobody(missing))
    })
}
