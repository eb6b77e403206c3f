//! The ring's lines as they are: real TLS on loopback, both databases, and everything that goes wrong on purpose.

mod limits;
mod once;
mod replays;
mod ring;
mod sessions;
mod signed;
mod support;
