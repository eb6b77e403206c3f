//! The built-in catalogue, and what is refused of a changed one.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot be set up has failed")]

mod built_in;
mod changes;
mod city;
mod refused;
