//! 取込みの控え: which files were taken in, of the register and of results, and what came of each.

use diesel::prelude::*;
use store::{StoreError, Tx};

diesel::table! {
    /// A file that was taken in.
    import (id) {
        id -> BigInt, kind -> Text, file -> Text, digest -> Binary, operator -> Text, at -> BigInt,
        rows_read -> BigInt, added -> BigInt, changed -> BigInt, unchanged -> BigInt, rejected -> BigInt, state -> SmallInt,
    }
}

/// Some of it holds, and the rest will.
pub(crate) const APPLYING: i16 = 1;
/// All of it is in.
pub(crate) const IN: i16 = 2;
/// A first file of the register, whose people go straight into the table.
pub(crate) const LOADING: i16 = 3;

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

/// How many files hold in part: what is read meanwhile is neither what was nor what will be.
pub(crate) fn half_in(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(import::table.filter(import::state.eq_any([APPLYING, LOADING])).count().get_result(tx)?)
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
