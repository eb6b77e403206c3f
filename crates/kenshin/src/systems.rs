//! The systems and parties that a process can be.

use std::sync::OnceLock;

use access::{Policies, SystemPolicies};
use anyhow::bail;
use wire::{House, Service};

/// What everybody may do, of all systems together; read and validated once in a process, however many parties it houses (two that ask at the
/// same first moment may both read; one result stays).
pub fn policies() -> anyhow::Result<Policies> {
    static LOADED: OnceLock<Policies> = OnceLock::new();
    if let Some(loaded) = LOADED.get() {
        return Ok(loaded.clone());
    }
    let loaded = Policies::load(&all())?;
    Ok(LOADED.get_or_init(|| loaded).clone())
}

/// The policies of every system.
pub fn all() -> Vec<SystemPolicies<'static>> {
    let own = [registry::POLICIES, atena::POLICIES, relay::POLICIES, hub_core::POLICIES, hub_edge::POLICIES];
    own.into_iter()
        .chain(outside::POLICIES.iter().copied())
        .chain(outside_public::POLICIES.iter().copied())
        .chain([crate::demo::page::POLICIES])
        .collect()
}

/// Opens the system the house is for.
pub async fn open(house: House) -> anyhow::Result<Service> {
    Ok(match house.party.system() {
        "registry" => registry::open(house).await?,
        "atena" => atena::open(house).await?,
        "relay" => relay::open(house).await?,
        "hub-core" => hub_core::open(house).await?,
        "hub-edge" => hub_edge::open(house).await?,
        "portal" => outside_public::portal::open(house).await?,
        "network" | "online-eligibility" | "payers-hub" | "resident-network" => outside::open(house).await?,
        other => bail!("{other} is no system that can be served"),
    })
}

/// The migrations of a system's rooms beyond those that every room has, by the rooms' name; `None` for a system that is not here.
pub fn migrations(system: &str) -> Option<store::Migrations> {
    Some(match system {
        "registry" => registry::MIGRATIONS,
        "atena" => atena::MIGRATIONS,
        "relay" => relay::MIGRATIONS,
        "hub_core" => hub_core::MIGRATIONS,
        "hub_edge" => hub_edge::MIGRATIONS,
        "portal" => outside_public::portal::MIGRATIONS,
        "network" => outside::network::MIGRATIONS,
        "online_eligibility" => outside::online_eligibility::MIGRATIONS,
        "payers_hub" => outside::payers_hub::MIGRATIONS,
        "resident_network" => outside::resident_network::MIGRATIONS,
        _ => return None,
    })
}

/// All systems that keep rooms, as their rooms are named (a schema's name has no hyphen).
pub const ROOMS: [&str; 10] =
    ["registry", "atena", "relay", "hub_core", "hub_edge", "portal", "network", "online_eligibility", "payers_hub", "resident_network"];

/// How the rooms of a party's system are named.
pub fn rooms_of(system: &str) -> String {
    system.replace('-', "_")
}
