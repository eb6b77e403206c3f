//! The kinds of party that a process can be: one table, from what each crate brings.

use std::sync::OnceLock;

use access::{Action, Caller, Policies, ResourceRef, SystemPolicies};
use anyhow::{Context as _, anyhow};
use office::WorkWords;
use vocabulary::{Id128, Party, Reach, SYSTEMS, System};
use wire::{House, Implementation, Service};
use work::jobs::{SystemWork, WorkKind};

/// A system of the PIA: what a process needs to be it, the pages of its staff where it has some, and the work that it does.
struct OwnSystem {
    party: Implementation,
    office: Option<office::System>,
    work: fn() -> Vec<WorkKind>,
}

static OWN: [OwnSystem; 5] = [
    OwnSystem { party: hub_core::PARTY, office: Some(hub_core::OFFICE), work: hub_core::work_kinds },
    OwnSystem { party: hub_edge::PARTY, office: None, work: Vec::new },
    OwnSystem { party: registry::PARTY, office: Some(registry::OFFICE), work: registry::work_kinds },
    OwnSystem { party: atena::PARTY, office: Some(atena::OFFICE), work: Vec::new },
    OwnSystem { party: relay::PARTY, office: Some(relay::OFFICE), work: Vec::new },
];

fn own(system: &str) -> Option<&'static OwnSystem> {
    OWN.iter().find(|own| own.party.system() == system)
}

/// Every kind of party.
pub fn implementations() -> impl Iterator<Item = Implementation> {
    OWN.iter().map(|own| own.party).chain(outside())
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

/// What everybody may do, of all systems together; read once in a process, however many parties it houses (two that ask at the
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
    // Of a system without work nobody else would say it.
    work_of(system, &house.policies, &house.setting.second_person)?;
    (one.open)(house).await.map_err(|error| anyhow!(error))
}

/// The work of a system, of which a second person has to approve what the setting names; refused where it names what the system does not do.
pub fn work_of(system: &str, policies: &Policies, second_person: &[String]) -> anyhow::Result<SystemWork> {
    Ok(SystemWork::of(system, work_kinds(system), policies, second_person)?)
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

/// An action that a system has, by its name without the system's: `outbox.read`.
pub fn action(one: &Implementation, name: &str) -> Option<Action> {
    let mut actions = one.policies.actions.iter().copied().flatten().copied();
    actions.find(|action| action.name().split_once(':').is_some_and(|(_, own)| own == name))
}

/// The pages of a system's staff, where it has some, and so accounts.
pub fn office(system: &str) -> Option<office::System> {
    own(system)?.office
}

/// The kinds of work that can be asked for in a system.
pub fn work_kinds(system: &str) -> Vec<WorkKind> {
    own(system).map_or_else(Vec::new, |own| (own.work)())
}

/// What those kinds of work are called, and do.
pub fn work_words(system: &str) -> WorkWords {
    office(system).map_or(WorkWords::NONE, |office| office.work)
}

/// The migrations of a system's rooms beyond those that every room has, by the rooms' name; `None` for a system that is not here.
pub fn migrations(rooms: &str) -> Option<store::Migrations> {
    implementations().find(|one| one.rooms() == rooms).map(|one| one.migrations)
}

/// All systems that keep rooms, as their rooms are named.
pub fn rooms() -> Vec<String> {
    implementations().map(|one| one.rooms()).collect()
}

#[cfg(test)]
mod tests {
    use vocabulary::Purpose;

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
    fn every_policy_fits_the_schema_and_applies_to_somebody() {
        let checked = Policies::check(&all());
        assert!(checked.is_ok(), "{checked:?}");
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

    #[test]
    fn all_work_is_done_where_there_are_pages_for_it_and_has_words_in_both_languages() {
        for own in &OWN {
            let (system, work) = (own.party.system(), (own.work)());
            assert!(own.office.is_some() || work.is_empty(), "{system} has work and no pages");
            let Some(office) = own.office else { continue };
            assert_eq!(office.work.problems(&work), Vec::<String>::new(), "{system}");
            let of_system = |action: &Action| action.name().split(':').next() == Some(system);
            let strays: Vec<String> = office.actions.all().iter().filter(|action| !of_system(action)).map(ToString::to_string).collect();
            assert_eq!(strays, Vec::<String>::new(), "{system}");
        }
    }

    #[test]
    fn c_ii_3_reg_6_every_kind_of_work_is_for_its_own_purpose_alone_and_somebody_may_ask_for_it() {
        let policies = policies().unwrap();
        let (city, request) = (vocabulary::MunicipalityCode::parse("991015").unwrap(), Id128::from_bytes([1; 16]));
        for own in &OWN {
            let system = own.party.system();
            let reach = System::named(system).unwrap().reach;
            let resource = ResourceRef { system, municipality: (reach == Reach::City).then_some(city) };
            for kind in (own.work)() {
                let allowed = |purpose| {
                    let console = Caller::peer(&"console.991015".parse().unwrap(), purpose, request);
                    let operator = Caller::console("console:root", Some(city), purpose, request);
                    [console, operator].map(|caller| policies.allows(&caller, &kind.action, resource).is_allowed())
                };
                let purposes: Vec<Purpose> = Purpose::ALL.iter().copied().filter(|purpose| allowed(*purpose) != [false; 2]).collect();
                assert_eq!(purposes, [kind.action.purpose()], "{system} {}", kind.name);
                let [by_console, by_operator] = allowed(kind.action.purpose());
                // lists of a city's people are asked for by a person
                assert_eq!(by_console, !["list-eligible", "export-results"].contains(&kind.name), "{system} {}", kind.name);
                assert_eq!(by_operator, kind.action.zone() != access::Zone::Number, "C-II-6-PMH-5: {system} {}", kind.name);
            }
        }
    }
}
