//! The registry's promises, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod contacts;
mod damaged;
mod exchange;
mod extraction;
mod first;
mod half_in;
mod hub;
mod killed;
mod layouts;
mod named;
mod neighbours;
mod outbox;
mod overtaken;
mod pages;
mod portions;
mod previewed;
mod previews_approved;
mod rehearsed;
mod reprove;
mod residents;
mod results;
mod ring;
mod schema;
mod staged;
mod strangers;
mod support;
mod tasks;
mod under_way;
mod versions;
mod vouchers;
