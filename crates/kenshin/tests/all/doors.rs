//! Every route for programs of every system, tried by everybody: nobody without a certificate, a session or a token gets in, nor does the
//! wrong system, city, purpose or kind of party, and none of them has a body read. Routes and actions are pulled from the services, so that a
//! new one is tried without a line here. Pages are tried by `office::testing::Crawl`.

mod tried;

use std::collections::BTreeSet;

use access::{Caller, Zone};
use deployment::systems;
use store::testing::both;
use vocabulary::{Id128, InstitutionCode, MunicipalityCode, Party, PartyPlace, Purpose, Reach, SYSTEMS};
use wire::testing::{Failed, Ring};

use self::tried::Tried;

/// What is let in without saying who it is, and what no route does: each with its reason. May only shrink.
const EXCEPTIONS: &str = include_str!("doors.txt");

const CITIES: [&str; 2] = ["991015", "992020"];
const FACILITY: &str = "9930000121";

/// One party of every kind that there is, in each place that it has.
fn everybody() -> Result<Vec<Party>, Failed> {
    let mut all = Vec::new();
    for system in SYSTEMS {
        match system.reach {
            Reach::Nation => all.push(Party::national(system.name)?),
            Reach::Facility => all.push(Party::new(system.name, PartyPlace::Institution(InstitutionCode::parse(FACILITY)?))?),
            Reach::City => {
                for city in CITIES {
                    all.push(Party::of(system.name, MunicipalityCode::parse(city)?)?);
                }
            }
        }
    }
    Ok(all)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_for_programs_refuses_whom_it_must_before_it_reads_the_body() {
    both(|rooms| async move {
        let policies = systems::policies()?;
        let everybody = everybody()?;
        let names: Vec<String> = everybody.iter().map(ToString::to_string).collect();
        let ring = Ring::new(rooms, policies.clone(), &names.iter().map(String::as_str).collect::<Vec<_>>())?;
        let (mut open, mut done, mut tried) = (BTreeSet::new(), BTreeSet::new(), 0);
        for one in systems::implementations() {
            let party = everybody.iter().find(|party| party.system() == one.system()).ok_or("a party of its kind")?;
            let service = Tried { ring: &ring, policies: &policies, party, everybody: &everybody }.run().await?;
            tried += service.tried;
            open.extend(service.open);
            done.extend(service.actions);
        }
        let undone = policies.actions().iter().map(|action| action.name().to_owned()).filter(|name| !done.contains(name));
        let found: BTreeSet<String> = open.into_iter().chain(undone).collect();
        let listed = EXCEPTIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned);
        assert_eq!(found, listed.collect(), "found on the left, in doors.txt on the right: the list may only shrink");
        assert!(tried > 1_000, "{tried}");
        Ok::<_, Failed>(())
    })
    .await;
}

#[test]
fn an_action_about_people_is_for_residents_and_facilities_for_their_own_purposes_alone() {
    let policies = systems::policies().unwrap();
    let (request, facility) = (Id128::from_bytes([1; 16]), InstitutionCode::parse(FACILITY).unwrap());
    let mut allowed = 0;
    for action in policies.actions().iter().filter(|action| action.zone() != Zone::Plain) {
        let system = action.name().split(':').next().unwrap();
        for municipality in [None, Some(MunicipalityCode::parse(CITIES[0]).unwrap())] {
            let resource = access::ResourceRef { system, municipality };
            let mut may = |caller: &Caller| {
                let may = policies.allows(caller, action, resource).is_allowed();
                allowed += usize::from(may);
                may
            };
            assert!(!may(&Caller::visitor(request)), "{action} by a visitor");
            for purpose in Purpose::ALL.iter().copied() {
                let resident = Caller::resident("somebody", purpose, request);
                assert!(!may(&resident) || municipality.is_none() && purpose == Purpose::OwnAccess, "{action} by a resident for {purpose}");
                let facility = Caller::facility(facility, purpose, request);
                let own = [Purpose::Examination, Purpose::ResultEntry].contains(&purpose);
                assert!(!may(&facility) || municipality.is_none() && own, "{action} by a facility for {purpose}");
            }
        }
    }
    assert!(allowed > 0);
}

/// The whole table of decisions about numbers, of everybody who is to have none: the state that runs the hub (operators), facilities,
/// residents, whoever is not logged in, and the parties of zones without numbers.
#[test]
fn c_ii_6_pmh_5_no_facility_resident_operator_or_party_without_numbers_may_do_anything_about_numbers() {
    let policies = systems::policies().unwrap();
    let (request, facility) = (Id128::from_bytes([1; 16]), InstitutionCode::parse(FACILITY).unwrap());
    let cities = CITIES.map(|city| MunicipalityCode::parse(city).unwrap());
    let parties = everybody().unwrap();
    let parties: Vec<&Party> =
        parties.iter().filter(|party| vocabulary::System::named(party.system()).is_some_and(|system| !system.numbers)).collect();
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
                let decision = policies.allows(&caller, action, access::ResourceRef { system, municipality });
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
    let mut allowed = BTreeSet::new();
    for action in policies.actions().iter().filter(|action| action.zone() != Zone::Plain && action.name().starts_with("relay:")) {
        for municipality in cities {
            for purpose in Purpose::ALL.iter().copied() {
                let console = Party::of("console", municipality).unwrap();
                let operators = [None, Some(municipality)].map(|own| Caller::console("operator", own, purpose, request));
                for caller in operators.into_iter().chain([Caller::peer(&console, purpose, request)]) {
                    let resource = access::ResourceRef { system: "relay", municipality: Some(municipality) };
                    if policies.allows(&caller, action, resource).is_allowed() {
                        allowed.insert(action.name());
                    }
                }
            }
        }
    }
    assert!(allowed.iter().all(|name| name.starts_with("relay:job-pages.")), "{allowed:?}");
    let in_anothers_name = |name: &str| ["impersonate", "sudo", "assume", "act-as"].iter().any(|word| name.contains(word));
    assert!(policies.actions().iter().all(|action| !in_anothers_name(action.name())));
}

/// What facilities and residents reach is described without a field for a number; the same look finds the one of the hub's published message.
#[test]
fn c_ii_3_pmh_10_the_public_interfaces_have_no_field_for_an_individual_number() {
    let fields = |system: &str| {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/openapi").join(format!("{system}.json"));
        let document: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let schemas = document["components"]["schemas"].as_object().unwrap().clone();
        let of_schema =
            |schema: &serde_json::Value| schema["properties"].as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>());
        let fields: Vec<String> = schemas.values().filter_map(of_schema).flatten().collect();
        assert!(fields.len() > 20, "{system}: {fields:?}");
        fields
    };
    let of_numbers = |field: &String| {
        let field = field.to_lowercase();
        ["mynumber", "individualnumber", "numbers", "kojin"].iter().any(|word| field.contains(word))
    };
    for system in ["portal", "hub-edge"] {
        let found: Vec<String> = fields(system).into_iter().filter(|field| of_numbers(field)).collect();
        assert_eq!(found, Vec::<String>::new(), "{system}");
    }
    assert!(fields("hub-core").iter().any(of_numbers) && fields("payers-hub").iter().any(of_numbers));
}

#[test]
fn every_action_is_called_something_in_both_languages() {
    for action in systems::policies().unwrap().actions() {
        let (japanese, english) = action.words();
        assert!(!japanese.is_empty() && !english.is_empty(), "{action}");
    }
}
