//! What the policies decide, all of it at once: every action, every kind of caller, every purpose, every place.

use std::collections::BTreeSet;
use std::path::Path;

use access::{Action, Caller, ResourceRef, Zone};
use deployment::systems;
use vocabulary::{Id128, InstitutionCode, MunicipalityCode, Party, Purpose, System};

use crate::doors::{CITIES, FACILITY, everybody};

/// The whole table of decisions about numbers, of everybody who is to have none: the state that runs the hub (operators), facilities,
/// residents, whoever is not logged in, and the parties of zones without numbers.
#[test]
fn c_ii_6_pmh_5_no_facility_resident_operator_or_party_without_numbers_may_do_anything_about_numbers() {
    let policies = systems::policies().unwrap();
    let (request, facility) = (Id128::from_bytes([1; 16]), InstitutionCode::parse(FACILITY).unwrap());
    let cities = CITIES.map(|city| MunicipalityCode::parse(city).unwrap());
    let parties = everybody().unwrap();
    let parties: Vec<&Party> = parties.iter().filter(|party| System::named(party.system()).is_some_and(|system| !system.numbers)).collect();
    let mut decisions = 0;
    for action in policies.actions().iter().filter(|action| action.zone() == Zone::Number) {
        let system = action.name().split(':').next().unwrap();
        for (municipality, purpose) in
            [None, Some(cities[0]), Some(cities[1])].iter().flat_map(|place| Purpose::ALL.iter().map(|purpose| (*place, *purpose)))
        {
            let people =
                [Caller::visitor(request), Caller::resident("somebody", purpose, request), Caller::facility(facility, purpose, request)];
            let operators = [None, Some(cities[0]), Some(cities[1])].map(|own| Caller::console("operator", own, purpose, request));
            let parties = parties.iter().map(|party| Caller::peer(party, purpose, request));
            for caller in people.into_iter().chain(operators).chain(parties) {
                let decision = policies.allows(&caller, action, ResourceRef { system, municipality });
                assert!(!decision.is_allowed(), "{action} of {municipality:?} by {caller:?} for {purpose}");
                decisions += 1;
            }
        }
    }
    assert!(decisions > 1_000, "{decisions}");
}

/// Whoever runs the relay follows jobs, and does nothing with inquiries, answers, codes or replicas; nobody acts in another's name.
#[test]
fn c_iii_6_r6_rel_2_the_operator_may_do_nothing_about_people_at_the_relay() {
    let policies = systems::policies().unwrap();
    let request = Id128::from_bytes([1; 16]);
    let cities = CITIES.map(|city| MunicipalityCode::parse(city).unwrap());
    let (mut allowed, mut decisions) = (BTreeSet::new(), 0);
    for action in policies.actions().iter().filter(|action| action.zone() != Zone::Plain && action.name().starts_with("relay:")) {
        for municipality in cities {
            for purpose in Purpose::ALL.iter().copied() {
                let console = Party::of("console", municipality).unwrap();
                let operators = [None, Some(municipality)].map(|own| Caller::console("operator", own, purpose, request));
                for caller in operators.into_iter().chain([Caller::peer(&console, purpose, request)]) {
                    decisions += 1;
                    let resource = ResourceRef { system: "relay", municipality: Some(municipality) };
                    if policies.allows(&caller, action, resource).is_allowed() {
                        allowed.insert(action.name());
                    }
                }
            }
        }
    }
    assert!(decisions > 100, "{decisions}");
    assert!(allowed.iter().all(|name| name.starts_with("relay:job-pages.")), "{allowed:?}");
    let in_anothers_name = |name: &str| ["impersonate", "sudo", "assume", "act-as"].iter().any(|word| name.contains(word));
    assert!(policies.actions().iter().all(|action| !in_anothers_name(action.name())));
}

/// What facilities and residents reach is described without a field for a number; the same look finds the one of the hub's published message.
#[test]
fn c_ii_3_pmh_10_the_public_interfaces_have_no_field_for_an_individual_number() {
    let of_numbers = |field: &String| {
        let field = field.to_lowercase();
        ["mynumber", "individualnumber", "numbers", "kojin"].iter().any(|word| field.contains(word))
    };
    for system in ["portal", "hub-edge"] {
        let found: Vec<String> = schema_fields(system).into_iter().filter(|field| of_numbers(field)).collect();
        assert_eq!(found, Vec::<String>::new(), "{system}");
    }
    assert!(schema_fields("hub-core").iter().any(of_numbers) && schema_fields("payers-hub").iter().any(of_numbers));
}

/// C-III-2-R2-PMH-1: keys come as the answer to what the hub asks, and by no other way.
#[test]
fn c_iii_2_r2_pmh_1_nobody_brings_minted_keys_to_the_hub() {
    let policies = systems::policies().unwrap();
    let (hub, request) = ("hub-core", Id128::from_bytes([1; 16]));
    let of_hub: Vec<&Action> = policies.actions().iter().filter(|action| action.name().starts_with("hub-core:")).collect();
    assert!(of_hub.len() > 10, "{of_hub:?}");
    let about_keys = |action: &&Action| ["mint", "key"].iter().any(|word| action.name().contains(word));
    assert_eq!(of_hub.iter().copied().find(about_keys), None, "an action of staff, consoles or parties that brings keys");
    let places = [None, Some(MunicipalityCode::parse(CITIES[0]).unwrap())];
    for party in everybody().unwrap().iter().filter(|party| ["payers-hub", "online-eligibility", "portal"].contains(&party.system())) {
        for (municipality, purpose) in places.iter().flat_map(|place| Purpose::ALL.iter().map(|purpose| (*place, *purpose))) {
            let caller = Caller::peer(party, purpose, request);
            for action in of_hub.iter().filter(|action| action.zone() != Zone::Plain) {
                let decision = policies.allows(&caller, action, ResourceRef { system: hub, municipality });
                assert!(!decision.is_allowed(), "{action} by {party} for {purpose}");
            }
        }
    }
    // No message that the hub takes has a key in it; what the payers' hub answers has.
    let fields =
        |system: &str| schema_fields(system).into_iter().filter(|field| field.to_lowercase().contains("pmhkey")).collect::<Vec<_>>();
    assert_eq!(fields(hub), Vec::<String>::new());
    assert_ne!(fields("hub-edge"), Vec::<String>::new());
}

/// The names of all fields of a system's interface, however deep.
fn schema_fields(system: &str) -> Vec<String> {
    fn collect(value: &serde_json::Value, fields: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                let properties = members.get("properties").and_then(serde_json::Value::as_object);
                fields.extend(properties.into_iter().flat_map(|properties| properties.keys().cloned()));
                members.values().for_each(|member| collect(member, fields));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, fields)),
            _ => {}
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/openapi").join(format!("{system}.json"));
    let document: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut fields = Vec::new();
    collect(&document, &mut fields);
    assert!(fields.len() > 3, "{system}: {fields:?}");
    fields
}

/// C-II-5-REL-2: whoever is not a municipality's relay gets no permit and no list, for whatever purpose.
#[test]
fn c_ii_5_rel_2_of_every_kind_of_caller_relays_alone_are_given_permits() {
    let policies = systems::policies().unwrap();
    let (request, facility) = (Id128::from_bytes([1; 16]), InstitutionCode::parse(FACILITY).unwrap());
    let parties = everybody().unwrap();
    let own = MunicipalityCode::parse(CITIES[0]).unwrap();
    let (mut refused, mut given) = (0, BTreeSet::new());
    let asked = ["network:permits.give", "network:permission-list.read"];
    for action in policies.actions().iter().filter(|action| asked.contains(&action.name())) {
        for purpose in Purpose::ALL.iter().copied() {
            let people =
                [Caller::visitor(request), Caller::resident("somebody", purpose, request), Caller::facility(facility, purpose, request)];
            let operators = [None, Some(own)].map(|own| Caller::console("operator", own, purpose, request));
            let others = people.into_iter().chain(operators).map(|caller| (String::new(), caller));
            let parties = parties.iter().map(|party| (party.system().to_owned(), Caller::peer(party, purpose, request)));
            for (system, caller) in others.chain(parties) {
                if policies.allows(&caller, action, ResourceRef { system: "network", municipality: None }).is_allowed() {
                    given.insert(system);
                } else {
                    refused += 1;
                }
            }
        }
    }
    assert_eq!(given, BTreeSet::from(["relay".to_owned()]));
    assert!(refused > 100, "{refused}");
}
