//! What jobs and the outbox promise, on both databases.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail")]

mod bound;
mod cities;
mod files;
mod jobs;
mod left;
mod line;
mod outbox;
mod second_person;
mod support;
mod taken_back;
