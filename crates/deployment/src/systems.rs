//! The kinds of party that a process can be: one table, from what each crate brings.

use std::sync::OnceLock;

use access::{Action, Caller, Policies, ResourceRef, SystemPolicies};
use anyhow::{Context as _, anyhow};
use office::WorkWords;
use vocabulary::{Id128, Party, Reach, SYSTEMS, System};
use wire::{House, Implementation, Service};
use work::jobs::WorkKind;

/// The systems of the PIA.
const OWN: [Implementation; 5] = [hub_core::PARTY, hub_edge::PARTY, registry::PARTY, atena::PARTY, relay::PARTY];

/// Every kind of party.
pub fn implementations() -> impl Iterator<Item = Implementation> {
    OWN.into_iter().chain(outside())
}

/// The emulated kinds of party.
pub fn outside() -> impl Iterator<Item = Implementation> {
    outside::PARTIES.iter().chain(outside_public::PARTIES).copied()
}

/// The kind of party of this name.
pub fn named(system: &str) -> Option<Implementation> {
    implementations().find(|one| one.system() == system)
}

/// Every kind of party that a city has, or that the nation has.
pub fn reaching(reach: Reach) -> impl Iterator<Item = Implementation> {
    implementations().filter(move |one| System::named(one.system()).is_some_and(|system| system.reach == reach))
}

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
    implementations().map(|one| one.policies).collect()
}

/// Opens the system the house is for.
pub async fn open(house: House) -> anyhow::Result<Service> {
    let system = house.party.system();
    let one = named(system).with_context(|| format!("{system} is no system that can be served"))?;
    (one.open)(house).await.map_err(|error| anyhow!(error))
}

/// The parties that a party asks.
pub fn peers_of(party: &Party) -> anyhow::Result<Vec<Party>> {
    Ok(named(party.system()).map(|one| one.peers_of(party)).transpose()?.unwrap_or_default())
}

/// The parties that prove themselves to this one with a token, because its policies permit them something: of its own city or of the nation
/// each, and at a party of the nation those of `known` that are a city's.
pub fn consumers_of(party: &Party, known: &[Party]) -> anyhow::Result<Vec<Party>> {
    let mut asking: Vec<Party> = Vec::new();
    for system in SYSTEMS {
        match (system.reach, party.municipality()) {
            (Reach::Nation, _) => asking.push(Party::national(system.name)?),
            (Reach::City, Some(code)) => asking.push(Party::of(system.name, code)?),
            (Reach::City, None) => asking.extend(known.iter().filter(|known| known.system() == system.name).cloned()),
            (Reach::Facility, _) => {}
        }
    }
    let (policies, one) = (policies()?, named(party.system()).context("a system that can be served")?);
    let resource = ResourceRef { system: party.system(), municipality: party.municipality() };
    let may_ask = |asking: &Party| {
        let allows = |action: &Action| {
            let caller = Caller::peer(asking, action.purpose(), Id128::from_bytes([0; 16]));
            policies.allows(&caller, action, resource).is_allowed()
        };
        asking != party && line::oauth::needed(asking, party) && one.policies.actions.iter().copied().flatten().any(allows)
    };
    asking.retain(may_ask);
    asking.sort();
    asking.dedup();
    Ok(asking)
}

/// An action that a system has, by its name without the system's: `accounts.manage`.
pub fn action(one: &Implementation, name: &str) -> Option<Action> {
    let mut actions = one.policies.actions.iter().copied().flatten().copied();
    actions.find(|action| action.name().split_once(':').is_some_and(|(_, own)| own == name))
}

/// What managing a system's accounts is, where it has pages for staff, and so accounts.
pub fn accounts_action(one: &Implementation) -> Option<Action> {
    action(one, "accounts.manage")
}

/// Whether a system has pages for staff, and so accounts.
pub fn has_office(one: &Implementation) -> bool {
    accounts_action(one).is_some()
}

/// The kinds of work that can be asked for in a system.
pub fn work_kinds(system: &str) -> Vec<WorkKind> {
    match system {
        "registry" => registry::work_kinds(),
        "hub-core" => hub_core::work_kinds(),
        _ => Vec::new(),
    }
}

/// What those kinds of work are called, and do.
pub fn work_words(system: &str) -> WorkWords {
    match system {
        "registry" => registry::work_words(),
        "hub-core" => hub_core::work_words(),
        _ => WorkWords::NONE,
    }
}

/// The migrations of a system's rooms beyond those that every room has, by the rooms' name; `None` for a system that is not here.
pub fn migrations(rooms: &str) -> Option<store::Migrations> {
    implementations().find(|one| one.rooms() == rooms).map(|one| one.migrations)
}

/// All systems that keep rooms, as their rooms are named.
pub fn rooms() -> Vec<String> {
    implementations().map(|one| one.rooms()).collect()
}

/// How the rooms of a party's system are named.
pub fn rooms_of(system: &str) -> String {
    system.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_tokens_ask_those_whom_the_policies_permit_something_and_of_cities_those_that_are_known() {
        let party = |name: &str| name.parse::<Party>().unwrap();
        let known = ["registry.991015", "atena.991015", "console.991015", "registry.992020"].map(party);
        let consumers = |name: &str| consumers_of(&party(name), &known).unwrap().iter().map(Party::to_string).collect::<Vec<_>>();
        assert_eq!(consumers("hub-core.national"), ["registry.991015", "registry.992020"]);
        assert_eq!(consumers("hub-edge.national"), ["hub-core.national", "portal.national"]);
        assert_eq!(consumers("atena.992020"), ["registry.992020", "relay.992020"]);
        assert_eq!(consumers("relay.992020"), ["atena.992020"]);
        for nobody in ["registry.991015", "network.national", "portal.national"] {
            assert!(consumers(nobody).is_empty(), "{nobody}");
        }
    }

    #[test]
    fn every_kind_of_party_that_is_implemented_and_asked_is_in_the_table_of_names() {
        for one in implementations() {
            assert!(System::named(one.system()).is_some(), "{}", one.system());
            for peer in one.peers {
                assert!(named(peer).is_some(), "{} asks {peer}, which nobody implements", one.system());
            }
        }
    }
}
