//! What this crate promises, tried from outside on both databases. Tests that look at the whole program have one of their own beside this.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]

mod apart;
mod copy;
mod crash;
mod load;
mod log;
mod rooms;
mod schema;
mod tls;
