//! Atena over real mutual TLS on both databases; the relay and the resident network are stand-ins that record what they got.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail")]

mod codes;
mod correction;
mod floods;
mod forwarding;
mod inquiries;
mod isolation;
mod named;
mod neighbours;
mod numbering;
mod pages;
mod schema;
mod support;
