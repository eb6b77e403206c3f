//! The public side of the ring, emulated with the real protocols for demonstration, tests, and as a sandbox (R-OUT): the [`portal`]
//! (マイナポータル). What people hold in their hands is in `devices`.
//!
//! It never sees an individual number and cannot link its type. To add something a person may read: its handler in `portal`, a line of
//! actions and routes in `portal/routes.rs`, a permit in `policies.cedar`, a scope of consent in `purposes.rs`.

pub mod portal;

/// Every party here.
pub const PARTIES: &[wire::Implementation] = &[portal::PARTY];
