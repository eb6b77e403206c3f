//! 取込みの控え: which files were taken in, of the register and of results, and what came of each.

use diesel::prelude::*;
use store::{StoreError, Tx};
use vocabulary::Id128;
use work::jobs::{JobError, Jobs};

diesel::table! {
    /// A file that was taken in.
    import (id) {
        id -> BigInt, kind -> Text, file -> Text, digest -> Binary, operator -> Text, at -> BigInt,
        rows_read -> BigInt, added -> BigInt, changed -> BigInt, unchanged -> BigInt, rejected -> BigInt, state -> SmallInt, job -> Nullable<Binary>,
    }
}

/// Some of it holds, and the rest will.
pub(crate) const APPLYING: i16 = 1;
/// All of it is in.
pub(crate) const IN: i16 = 2;
/// A first file of the register, whose people go straight into the table.
pub(crate) const LOADING: i16 = 3;
/// It came in part, and the same file was taken in again to its end.
const OVERTAKEN: i16 = 6;

/// What a file is, who brought it and when.
#[derive(Insertable)]
#[diesel(table_name = import)]
pub(crate) struct Brought<'f> {
    /// residents, results/8 …
    pub(crate) kind: &'f str,
    /// Its name, without folders.
    pub(crate) file: &'f str,
    /// Keyed, of its bytes; none until it has been read to its end.
    pub(crate) digest: &'f [u8],
    pub(crate) operator: &'f str,
    /// Milliseconds since 1970 UTC.
    pub(crate) at: i64,
    /// The job that takes it in; none of a file of the register that was staged to go in.
    pub(crate) job: Option<Vec<u8>>,
}

/// What came of its rows.
#[derive(Insertable, AsChangeset, Default)]
#[diesel(table_name = import)]
pub(crate) struct Counts {
    rows_read: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
    rejected: i64,
}

impl Counts {
    /// Rows read; and of them added, changed, unchanged and rejected.
    pub(crate) fn new(read: u64, [added, changed, unchanged, rejected]: [u64; 4]) -> Counts {
        let column = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let [added, changed, unchanged, rejected] = [added, changed, unchanged, rejected].map(column);
        Counts { rows_read: column(read), added, changed, unchanged, rejected }
    }
}

/// The number of the next file.
pub(crate) fn next_number(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(import::table.select(diesel::dsl::max(import::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1)
}

/// The names of the files that hold in part and go on: what is read meanwhile is neither what was nor what will be. One of results whose job has
/// ended holds as far as it came, which is no reason to wait for it.
pub(crate) fn half_in(tx: &mut Tx, jobs: &Jobs) -> Result<Vec<String>, JobError> {
    let half = import::table.filter(import::state.eq_any([APPLYING, LOADING])).order(import::id);
    let half: Vec<(String, i16, Option<Vec<u8>>)> = half.select((import::file, import::state, import::job)).load(tx)?;
    let mut names = Vec::new();
    for (file, state, job) in half {
        if !is_broken_off(tx, jobs, state, job.as_deref())? {
            names.push(file);
        }
    }
    Ok(names)
}

/// Whether a file of results is in for a part and its job has ended: resumed, or the same file taken in again, brings the rest.
pub(crate) fn is_broken_off(tx: &mut Tx, jobs: &Jobs, state: i16, job: Option<&[u8]>) -> Result<bool, JobError> {
    match job.and_then(|job| job.try_into().ok()).map(Id128::from_bytes) {
        Some(job) if state == APPLYING => jobs.is_over(tx, job),
        _ => Ok(false),
    }
}

/// The same file, taken in to its end under a later number, has brought the rest of those that broke off.
pub(crate) fn overtake(tx: &mut Tx, number: i64, kind: &str, digest: &[u8]) -> Result<(), StoreError> {
    let same = import::kind.eq(kind).and(import::digest.eq(digest)).and(import::job.is_not_null());
    let broken_off = import::table.filter(same.and(import::id.lt(number)).and(import::state.eq(APPLYING)));
    diesel::update(broken_off).set(import::state.eq(OVERTAKEN)).execute(tx)?;
    Ok(())
}

/// Notes a file under its number.
pub(crate) fn note(tx: &mut Tx, number: i64, brought: Brought<'_>, counts: Counts, state: i16) -> Result<(), StoreError> {
    diesel::insert_into(import::table).values((import::id.eq(number), brought, counts, import::state.eq(state))).execute(tx)?;
    Ok(())
}

/// Notes how far a file is.
pub(crate) fn advance(tx: &mut Tx, number: i64, counts: Counts, state: i16) -> Result<(), StoreError> {
    diesel::update(import::table.find(number)).set((counts, import::state.eq(state))).execute(tx)?;
    Ok(())
}
