//! The tables of jobs.

use diesel::prelude::*;
use vault::Cell;
use vocabulary::Id128;

diesel::table! {
    /// A long piece of work that somebody asked for.
    job (id) {
        id -> Binary, kind -> Text, job_key -> Text, work -> Binary, state -> Text, by_hand -> SmallInt,
        asked_by -> Text, purpose -> Text, needs_approval -> SmallInt, approved_by -> Nullable<Text>,
        input -> Nullable<Binary>, checkpoint -> Nullable<Binary>, outcome -> Nullable<Binary>,
        done -> BigInt, total -> Nullable<BigInt>, step -> Text,
        attempts -> Integer, failures -> Integer, failing_since -> Nullable<BigInt>, next_attempt_at -> BigInt,
        lease -> Nullable<Binary>, holder -> Text, lease_until -> BigInt, cancel -> SmallInt, must_end -> SmallInt,
        created_at -> BigInt, started_at -> Nullable<BigInt>, finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// A file that a job wrote.
    job_file (job, name) { job -> Binary, name -> Text, bytes -> BigInt, parts -> Integer, until -> BigInt, }
}

diesel::table! {
    /// A part of it.
    job_file_part (job, name, part) { job -> Binary, name -> Text, part -> Integer, content -> Binary, }
}

/// The row of a job.
pub(super) fn job_row(id: Id128) -> diesel::dsl::Find<job::table, Vec<u8>> {
    job::table.find(id.as_bytes().to_vec())
}

/// A sealed column of a job.
pub(super) fn cell<'a>(id: &'a Id128, column: &'a str) -> Cell<'a> {
    Cell::new("job", id.as_bytes(), column)
}

/// The id as it stands in a column.
pub(super) fn id_of(bytes: &[u8]) -> Option<Id128> {
    bytes.try_into().ok().map(Id128::from_bytes)
}
