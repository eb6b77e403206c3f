//! The program from outside: what is built is run, and what it says is compared with what the input files say.
//!
//! To add a test: a file of its own here; what several of them need is in `support`.

mod commands;
mod kill;
mod numbers;
mod processes;
mod ring;
mod support;
