//! The government parties, emulated with the real protocols for demonstration, tests, and as a sandbox (R-OUT): one folder each.
//!
//! To add a party: a folder with `mod.rs` (its `PARTY`, routes), its handlers, its `policies.cedar`, its migration and columns, its `mod` line
//! and its place in [`PARTIES`] here, and its line in `vocabulary::SYSTEMS`. No system needs this crate: each party is swapped for the real one by the address in a system's configuration.

mod keys;
mod my_key;
mod network;
mod numbers;
mod online_eligibility;
mod payers_hub;
mod refused;
mod resident_network;
pub mod resident_register;
mod room;

use wire::Implementation;

use keys::id128;
use numbers::numbers;
pub use refused::{OpenError, RefusedError};
use room::room;

/// Every party here.
pub const PARTIES: &[Implementation] =
    &[network::PARTY, online_eligibility::PARTY, payers_hub::PARTY, resident_network::PARTY, my_key::PARTY];
