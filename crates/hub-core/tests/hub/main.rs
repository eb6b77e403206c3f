//! The number side over real mutual TLS on both databases; the payers' hub and the edge are stand-ins that record what they got.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod altered;
mod damaged;
mod deletion;
mod isolation;
mod minting;
mod named;
mod neighbours;
mod pages;
mod registration;
mod results;
mod schema;
mod support;
