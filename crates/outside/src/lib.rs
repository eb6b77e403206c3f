//! The government parties, emulated with the real protocols for demonstration, tests, and as a sandbox (R-OUT): one folder each.
//!
//! To add a party: a folder with `mod.rs` (routes, words), its handlers, its `policies.cedar`, its migration, a line in [`open`] and in
//! [`POLICIES`]. No system needs this crate: each party is swapped for the real one by the address in a system's configuration.

mod counts;
mod keys;
pub mod network;
mod numbers;
pub mod online_eligibility;
pub mod payers_hub;
mod refused;
pub mod resident_network;
pub mod resident_register;
mod room;

use wire::{House, Service};

use counts::counts;
use keys::id128;
use numbers::{numbers, token};
pub use refused::{OpenError, RefusedError};
use room::room;

/// The policies of every party here.
pub const POLICIES: &[access::SystemPolicies] =
    &[network::POLICIES, online_eligibility::POLICIES, payers_hub::POLICIES, resident_network::POLICIES];

/// Classes of the columns of every party here.
pub const COLUMNS: &str = include_str!("../columns.toml");

/// Opens the party that the house is for.
pub async fn open(house: House) -> Result<Service, OpenError> {
    match house.party.system() {
        "network" => network::open(house).await,
        "online-eligibility" => online_eligibility::open(house).await,
        "payers-hub" => payers_hub::open(house).await,
        "resident-network" => resident_network::open(house).await,
        other => Err(OpenError::NoSuchParty(other)),
    }
}
