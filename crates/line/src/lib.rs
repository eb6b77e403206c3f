//! The line between two parties: certificates ([`pki`]), TLS at both of its ends ([`tls`]), what a caller proves itself with at a provider
//! ([`oauth`]), and the [`Client`] that asks.
//!
//! Knows no database and serves nothing, so that phones, tablets and vendors' tools link it as every system does.

mod backoff;
mod client;
mod headers;
pub mod oauth;
pub mod pki;
pub mod tls;

pub use backoff::{Backoff, jittered};
pub use client::{Client, NoAnswer, Peers, TextAnswer, TextServer, WireError};
pub use headers::{CURRENT_REQUEST, IDEMPOTENCY_KEY, NEEDS_NO_TOKEN, REQUEST_ID};
