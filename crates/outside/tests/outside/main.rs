//! The government parties over real mutual TLS on both databases; relays, portal and hub core are stand-ins that record what they got.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail")]

mod cards;
mod codes;
mod keys;
mod neighbours;
mod permits;
mod records;
mod routing;
mod schema;
mod support;
