//! A recorded room and its log, from outside on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod cosigned;
mod elsewhere;
mod many;
mod recorded;
mod seen;
mod stranger;
mod tampered;
mod witnessed;
