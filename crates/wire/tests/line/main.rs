//! The ring's lines as they are: real TLS on loopback, both databases, and everything that goes wrong on purpose.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod floods;
mod limits;
mod once;
mod pages;
mod replays;
mod ring;
mod sessions;
mod support;
mod tls;
mod upkeep;
mod witness;
