//! Rules on single people, whole cities in columns, and three tellers of the same rules against each other.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot be set up has failed")]

mod agreement;
mod columns;
mod people;
mod rules;
mod standing;
