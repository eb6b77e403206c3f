//! The public side over real mutual TLS on both databases; its neighbours are clients with their certificates.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod binding;
mod corrections;
mod people;
mod queue;
mod schema;
mod support;
