//! Two relays over real mutual TLS on both databases; network system, atenas and registries are stand-ins that record what they got.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail")]

mod answers;
mod codes;
mod expiry;
mod isolation;
mod named;
mod neighbours;
mod pages;
mod permits;
mod records;
mod refusals;
mod replicas;
mod requests;
mod rotation;
mod schema;
mod soak;
mod soak_codes;
mod support;
