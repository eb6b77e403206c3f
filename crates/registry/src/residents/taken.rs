//! Which files of the register were taken in, by the keyed digest of their bytes; and which are under way.

use diesel::prelude::*;
use store::{StoreError, Tx};
use vocabulary::Id128;

use super::import::{First, ImportError, Imported};
use crate::imports::{self, APPLYING, Brought, Counts, IN, LOADING, import};

const KIND: &str = "residents";

/// Its rows are being read and compared; nothing of it holds yet.
const STAGING: i16 = 0;
/// Given up: what was staged of it is being taken away.
const STAGING_DROPPED: i16 = 4;
/// Given up: whom it brought are being taken away.
const LOADING_DROPPED: i16 = 5;
/// What a file was that is given up, and what it is then.
const GIVING_UP: [(i16, i16); 2] = [(STAGING, STAGING_DROPPED), (LOADING, LOADING_DROPPED)];

/// The import that took these bytes in, and what came of it then.
pub(super) fn earlier(tx: &mut Tx, digest: &[u8; 32]) -> Result<Option<(i64, First)>, StoreError> {
    let row: Option<(i64, i64, i64, i64)> = import::table
        .filter(import::kind.eq(KIND).and(import::digest.eq(digest.as_slice())).and(import::state.eq(IN)))
        .select((import::id, import::added, import::changed, import::unchanged))
        .order(import::id)
        .first(tx)
        .optional()?;
    let of = |count: i64| u64::try_from(count).unwrap_or(0);
    Ok(row.map(|(number, added, changed, unchanged)| (number, First { added: of(added), changed: of(changed), unchanged: of(unchanged) })))
}

/// Notes a file that is being staged → its number. Of one that is only shown, its job is noted too.
pub(super) fn begin(tx: &mut Tx, name: &str, by: (&str, i64), shown_by: Option<Id128>) -> Result<i64, StoreError> {
    let number = imports::next_number(tx)?;
    note(tx, number, name, shown_by, by, STAGING)?;
    Ok(number)
}

/// The files that are only shown, or about to be, each with its job.
pub(super) fn shown(tx: &mut Tx) -> Result<Vec<(i64, Id128)>, StoreError> {
    let staged = import::table.filter(import::kind.eq(KIND).and(import::state.eq(STAGING)).and(import::job.is_not_null()));
    let rows: Vec<(i64, Option<Vec<u8>>)> = staged.select((import::id, import::job)).load(tx)?;
    Ok(rows.into_iter().filter_map(|(number, job)| Some((number, Id128::from_bytes(job?.try_into().ok()?)))).collect())
}

/// Notes a first file that goes straight in, with its job → its number.
pub(super) fn begin_to_load(tx: &mut Tx, name: &str, by: (&str, i64), job: Id128) -> Result<i64, StoreError> {
    let number = imports::next_number(tx)?;
    note(tx, number, name, Some(job), by, LOADING)?;
    Ok(number)
}

/// The first file is in, unless it was given up meanwhile; every other that was not read to its end, or only shown, is given up.
pub(super) fn end_load(tx: &mut Tx, number: i64, digest: &[u8; 32], imported: &Imported) -> Result<(), ImportError> {
    let there = import::table.filter(import::id.eq(number).and(import::state.eq(LOADING)));
    found(diesel::update(there).set(import::digest.eq(digest.as_slice())).execute(tx))?;
    go_in(tx, number, imported, IN)
}

fn found(rows: diesel::QueryResult<usize>) -> Result<(), ImportError> {
    if rows.map_err(StoreError::from)? == 0 { Err(ImportError::Interrupted) } else { Ok(()) }
}

/// The file goes in, and every other that was compared with what held before is given up.
fn go_in(tx: &mut Tx, number: i64, imported: &Imported, state: i16) -> Result<(), ImportError> {
    diesel::update(import::table.find(number)).set(import::job.eq(None::<Vec<u8>>)).execute(tx).map_err(StoreError::from)?;
    imports::advance(tx, number, counts(imported), state)?;
    Ok(give_up_all(tx)?)
}

/// A file that is only shown, of this digest, has been staged to its end by this job.
pub(super) fn show(tx: &mut Tx, number: i64, job: Id128, digest: &[u8; 32]) -> Result<(), ImportError> {
    let job = import::job.eq(job.as_bytes().to_vec());
    let there = import::table.filter(import::id.eq(number).and(import::state.eq(STAGING)).and(job));
    found(diesel::update(there).set(import::digest.eq(digest.as_slice())).execute(tx))
}

fn note(tx: &mut Tx, number: i64, file: &str, shown_by: Option<Id128>, (operator, at): (&str, i64), state: i16) -> Result<(), StoreError> {
    let job = shown_by.map(|job| job.as_bytes().to_vec());
    imports::note(tx, number, Brought { kind: KIND, file, digest: &[], operator, at, job }, Counts::default(), state)
}

fn counts(imported: &Imported) -> Counts {
    let Imported { read, added, changed, unchanged, rejected, .. } = *imported;
    Counts::new(read, [added, changed, unchanged, rejected])
}

/// From now on the file goes in, whatever happens; unless it was given up meanwhile. Every other that was not read to its end, or only shown, is
/// given up.
pub(super) fn begin_to_apply(tx: &mut Tx, number: i64, digest: &[u8; 32], imported: &Imported) -> Result<(), ImportError> {
    let there = import::table.filter(import::id.eq(number).and(import::state.eq(STAGING)).and(import::job.is_null()));
    found(diesel::update(there).set(import::digest.eq(digest.as_slice())).execute(tx))?;
    go_in(tx, number, imported, APPLYING)
}

/// The same of a file of this digest that this job has shown: its number may be another's by now.
pub(super) fn begin_to_apply_shown(
    tx: &mut Tx,
    number: i64,
    job: Id128,
    digest: &[u8; 32],
    imported: &Imported,
) -> Result<(), ImportError> {
    let own = import::job.eq(job.as_bytes().to_vec()).and(import::digest.eq(digest.as_slice()));
    let there: i64 = import::table
        .filter(import::id.eq(number).and(import::state.eq(STAGING)).and(own))
        .count()
        .get_result(tx)
        .map_err(StoreError::from)?;
    if there == 0 { Err(ImportError::Overtaken) } else { go_in(tx, number, imported, APPLYING) }
}

/// The file is in.
pub(super) fn end(tx: &mut Tx, number: i64) -> Result<(), StoreError> {
    diesel::update(import::table.find(number)).set(import::state.eq(IN)).execute(tx)?;
    Ok(())
}

/// Takes away the note of a file that was given up.
pub(super) fn forget(tx: &mut Tx, number: i64) -> Result<(), StoreError> {
    diesel::delete(import::table.find(number).filter(import::state.eq_any([STAGING_DROPPED, LOADING_DROPPED]))).execute(tx)?;
    Ok(())
}

/// Gives a file up that was being staged or went straight in, and keeps its note until the transaction ends → whether there is something of it
/// to be taken away.
pub(super) fn give_up(tx: &mut Tx, number: i64) -> Result<bool, StoreError> {
    let mut dropped = 0;
    for (was, is) in GIVING_UP {
        let there = import::table.filter(import::id.eq(number).and(import::state.eq_any([was, is])));
        dropped += diesel::update(there).set(import::state.eq(is)).execute(tx)?;
    }
    Ok(dropped > 0)
}

/// How many files were not read to their end and are not only shown, and how many were given up.
pub(super) fn left(tx: &mut Tx) -> Result<[i64; 2], StoreError> {
    let given_up = import::kind.eq(KIND).and(import::state.eq_any(GIVING_UP.map(|(_, is)| is)));
    Ok([unread().count().get_result(tx)?, import::table.filter(given_up).count().get_result(tx)?])
}

/// When the newest file was begun that was not read to its end, of those that are not only shown.
pub(super) fn newest_unread(tx: &mut Tx) -> Result<Option<i64>, StoreError> {
    Ok(unread().select(diesel::dsl::max(import::at)).first(tx)?)
}

/// Gives up every file that was not read to its end and is not only shown, but this one.
pub(super) fn give_up_unread(tx: &mut Tx, but: Option<i64>) -> Result<(), StoreError> {
    let unread: Vec<i64> = unread().select(import::id).load(tx)?;
    unread.into_iter().filter(|number| Some(*number) != but).try_for_each(|number| give_up(tx, number).map(drop))
}

/// Gives up every file that was not read to its end, or was only shown.
fn give_up_all(tx: &mut Tx) -> Result<(), StoreError> {
    for (was, is) in GIVING_UP {
        let there = import::table.filter(import::kind.eq(KIND).and(import::state.eq(was)));
        diesel::update(there).set(import::state.eq(is)).execute(tx)?;
    }
    Ok(())
}

/// A file of the register that is being applied, and what there is of it; zeros when there is none.
pub(super) fn applying(tx: &mut Tx) -> Result<[i64; 2], StoreError> {
    let row = of_state(APPLYING).select((import::id, import::added + import::changed)).first::<(i64, i64)>(tx).optional()?;
    Ok(row.map_or([0, 0], |(number, rows)| [number, rows]))
}

/// Files that were given up, of which something may be left: one that was being staged, and a first one.
pub(super) fn given_up(tx: &mut Tx) -> Result<[Option<i64>; 2], StoreError> {
    let mut of = |state| of_state(state).select(import::id).first(tx).optional();
    Ok([of(STAGING_DROPPED)?, of(LOADING_DROPPED)?])
}

/// A first file that was going in.
pub(super) fn loading(tx: &mut Tx) -> Result<Option<i64>, StoreError> {
    Ok(of_state(LOADING).select(import::id).first(tx).optional()?)
}

/// Whether a first file of this number was going in by this job.
pub(super) fn is_loading(tx: &mut Tx, number: i64, job: Id128) -> Result<bool, StoreError> {
    let own = of_state(LOADING).filter(import::id.eq(number).and(import::job.eq(job.as_bytes().to_vec())));
    Ok(own.select(import::id).first::<i64>(tx).optional()?.is_some())
}

/// Files that were not read to their end and are not only shown.
#[diesel::dsl::auto_type]
fn unread() -> _ {
    let kind: &'static str = KIND;
    let (loading, staging): (i16, i16) = (LOADING, STAGING);
    let to_go_in = import::state.eq(loading).or(import::state.eq(staging).and(import::job.is_null()));
    import::table.filter(import::kind.eq(kind)).filter(to_go_in)
}

#[diesel::dsl::auto_type]
fn of_state(state: i16) -> _ {
    let kind: &'static str = KIND;
    import::table.filter(import::kind.eq(kind)).filter(import::state.eq(state)).order(import::id)
}
