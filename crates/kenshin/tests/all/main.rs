//! The program from outside: what is built is run, and what it says is compared with what the input files say.
//!
//! To add a test: a file of its own here; what several of them need is in `support`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test that stops here has failed"
)]

mod browser;
mod commands;
mod decisions;
mod doors;
mod kill;
mod numbers;
mod processes;
mod ring;
mod statements;
mod support;
