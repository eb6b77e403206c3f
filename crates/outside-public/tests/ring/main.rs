//! The portal, phones, tablets and cards over real TLS on both databases; the other parties are small services that remember what they got.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod attempts;
mod authority;
mod cards;
mod consents;
mod keys;
mod neighbours;
mod own;
mod records;
mod support;
mod visits;
