//! The tables of jobs.

use diesel::prelude::*;
use vault::{Cell, Vault, VaultError};
use vocabulary::Id128;
use zeroize::Zeroizing;

diesel::table! {
    /// A long piece of work that somebody asked for.
    job (id) {
        id -> Binary, kind -> Text, work -> Binary, state -> Text, by_hand -> SmallInt,
        asked_by -> Text, purpose -> Text, municipality -> Nullable<Text>, needs_approval -> SmallInt, approved_by -> Nullable<Text>,
        input -> Nullable<Binary>, checkpoint -> Nullable<Binary>, outcome -> Nullable<Binary>,
        done -> BigInt, total -> Nullable<BigInt>, step -> Text,
        attempts -> Integer, failures -> Integer, failing_since -> Nullable<BigInt>, next_attempt_at -> BigInt,
        lease -> Nullable<Binary>, holder -> Text, lease_until -> BigInt, must_end -> SmallInt,
        cancel -> SmallInt, cancelled_by -> Nullable<Text>, cancelled_at -> Nullable<BigInt>,
        created_at -> BigInt, started_at -> Nullable<BigInt>, finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// A file that a job wrote.
    job_file (job, name) { job -> Binary, name -> Text, until -> BigInt, }
}

diesel::table! {
    /// Whose data a portion of it tells.
    job_file_people (job, name, portion) { job -> Binary, name -> Text, portion -> Integer, people -> Binary, }
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

/// The plain columns to which what was asked is bound: whoever changes one past this program has made the job unreadable.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Bound {
    pub(super) kind: String,
    pub(super) by_hand: i16,
    pub(super) asked_by: String,
    pub(super) purpose: String,
    pub(super) municipality: Option<String>,
    /// One of [`needs`].
    pub(super) needs_approval: i16,
    pub(super) approved_by: Option<String>,
}

/// When a second person has to approve a job.
pub(super) mod needs {
    /// Never.
    pub(crate) const NOBODY: i16 = 0;
    /// Before it goes on.
    pub(crate) const NOW: i16 = 1;
    /// Once it has shown what it would bring.
    pub(crate) const AFTER_SHOWING: i16 = 2;
}

/// Those columns.
macro_rules! bound {
    () => {
        (job::kind, job::by_hand, job::asked_by, job::purpose, job::municipality, job::needs_approval, job::approved_by)
    };
}
pub(super) use bound;

impl Bound {
    /// Seals what was asked.
    pub(super) fn seal(&self, vault: &Vault, id: Id128, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        vault.seal(&cell(&id, "input").beside(&self.parts()), plain)
    }

    /// Opens it, if these are what it was sealed beside.
    pub(super) fn open(&self, vault: &Vault, id: Id128, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        vault.open_cell(&cell(&id, "input").beside(&self.parts()), sealed)
    }

    /// The same where nobody has approved what was asked, and a second person has to: one of [`needs`] says when.
    pub(super) fn unapproved(self, when: i16) -> Self {
        Self { needs_approval: when, approved_by: None, ..self }
    }

    fn parts(&self) -> [&[u8]; 9] {
        fn flag(flag: i16) -> &'static [u8] {
            match flag {
                0 => b"0",
                1 => b"1",
                _ => b"2",
            }
        }
        // NULL is told from an empty text: somebody who approved has a name.
        fn or_none(text: &Option<String>) -> [&[u8]; 2] {
            [flag(i16::from(text.is_some())), text.as_deref().unwrap_or_default().as_bytes()]
        }
        let ([in_city, city], [is_approved, approver]) = (or_none(&self.municipality), or_none(&self.approved_by));
        [
            self.kind.as_bytes(),
            flag(self.by_hand),
            self.asked_by.as_bytes(),
            self.purpose.as_bytes(),
            in_city,
            city,
            flag(self.needs_approval),
            is_approved,
            approver,
        ]
    }
}

/// The id as it stands in a column.
pub(super) fn id_of(bytes: &[u8]) -> Option<Id128> {
    bytes.try_into().ok().map(Id128::from_bytes)
}
