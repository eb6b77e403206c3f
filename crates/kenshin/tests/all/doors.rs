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

pub(crate) const CITIES: [&str; 2] = ["991015", "992020"];
pub(crate) const FACILITY: &str = "9930000121";

/// One party of every kind that there is, in each place that it has.
pub(crate) fn everybody() -> Result<Vec<Party>, Failed> {
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

#[test]
fn every_action_is_called_something_in_both_languages() {
    for action in systems::policies().unwrap().actions() {
        let (japanese, english) = action.words();
        assert!(!japanese.is_empty() && !english.is_empty(), "{action}");
    }
}
