//! An atena that serves among its neighbours, and what a registry sends it.

use std::collections::BTreeMap;
use std::time::Duration;

use http::{Method, StatusCode};
use line::{Client, WireError};
use number::IndividualNumber;
use protocol::messages::atena::{PERSONS, PersonRow, PersonsAnswer, PersonsRequest};
use protocol::messages::console::Counts;
use protocol::sealing::Batch;
use store::Rooms;
use vocabulary::{Date, Entropy, Id128, Purpose, ResidentNumber, Sex, SystemEntropy};
pub(crate) use wire::testing::until;
use wire::testing::{Failed, Ring, permitting};
use wire::{House, Running, serve};

use crate::neighbours::{NETWORK, Network, RELAY, Relay};

const PARTIES: [&str; 7] =
    ["atena.991015", "relay.991015", "resident-network.national", "registry.991015", "registry.992020", "relay.992020", "console.991015"];

pub(crate) struct City {
    pub(crate) ring: Ring,
    pub(crate) house: House,
    pub(crate) running: Running,
    pub(crate) registry: Client,
    pub(crate) relay: Relay,
    pub(crate) network: Network,
    _neighbours: [Running; 2],
}

pub(crate) async fn both<F>(test: impl Fn(City) -> F)
where
    F: Future<Output = Result<(), Failed>>,
{
    store::testing::both(|rooms| async { test(started(rooms).await?).await }).await;
}

pub(crate) async fn started(rooms: Rooms) -> Result<City, Failed> {
    let (relay, network) = (permitting("relay", &[RELAY]), permitting("resident-network", &[NETWORK]));
    let policies = access::Policies::load(&[
        atena::POLICIES,
        access::SystemPolicies { system: "relay", actions: &[&[RELAY]], text: &relay },
        access::SystemPolicies { system: "resident-network", actions: &[&[NETWORK]], text: &network },
    ])?;
    let ring = Ring::new(rooms, policies, &PARTIES)?;
    let (relay, one) = Relay::start(&ring).await?;
    let (network, two) = Network::start(&ring).await?;
    let house = ring.house("atena.991015")?;
    let house = House { client: house.client.within(Duration::from_secs(3)), ..house };
    let running = serve(&house, atena::open(house.clone()).await?).await?;
    let registry = ring.house("registry.991015")?.client;
    Ok(City { ring, house, running, registry, relay, network, _neighbours: [one, two] })
}

pub(crate) fn key() -> Id128 {
    SystemEntropy.id128()
}

/// The individual number of a made-up person.
pub(crate) fn number(person: u32) -> String {
    IndividualNumber::from_body(&format!("{person:011}")).unwrap().open(Purpose::Numbering).to_string()
}

pub(crate) fn own(code: &str) -> ResidentNumber {
    ResidentNumber::parse(code).unwrap()
}

pub(crate) fn row(code: &str) -> PersonRow {
    PersonRow {
        resident_number: own(code),
        name: "見本花子".to_owned().into(),
        kana: "ミホンハナコ".to_owned().into(),
        sex: Sex::Female.into(),
        birth_date: Date::constant(1986, 5, 4).into(),
        address: "みほん市中央一丁目2-3".to_owned().into(),
        number_corrected: false,
    }
}

impl City {
    /// Own codes with the line that goes sealed beside each.
    pub(crate) async fn request(&self, rows: Vec<PersonRow>, lines: &[&str]) -> Result<PersonsRequest, Failed> {
        let to = &self.running.party;
        let (request_id, from) = (key(), "registry.991015".parse()?);
        let receiving = self.registry.keys(to).await?.receiving;
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let numbers = Batch { sender: &from, receiver: to, kind: PERSONS, request: request_id }.seal(&receiving, &text, &SystemEntropy)?;
        Ok(PersonsRequest { request_id, rows, numbers })
    }

    pub(crate) async fn send(&self, key: Id128, request: &PersonsRequest) -> Result<PersonsAnswer, WireError> {
        self.registry.post(&self.running.party, PERSONS, key, request).await
    }

    /// Own code and number of each person → unified number or the code of the problem.
    pub(crate) async fn number(&self, people: &[(&str, u32)]) -> Result<Vec<String>, Failed> {
        let numbers: Vec<String> = people.iter().map(|(_, person)| number(*person)).collect();
        let lines: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let request = self.request(people.iter().map(|(code, _)| row(code)).collect(), &lines).await?;
        Ok(said(&self.send(key(), &request).await?))
    }

    /// A party of another city that somebody enrolled for all of this by mistake: what refuses it is the policy.
    pub(crate) async fn enrolled(&self, party: &str, doors: &[(Method, &str)]) -> Result<Client, Failed> {
        let room = work::open_room(&self.house, atena::MIGRATIONS).await?;
        let (clock, entropy) = (self.house.clock.clone(), self.house.entropy.clone());
        let clients = access::Clients::new(room.raw().clone(), room.vault().clone(), clock, entropy);
        let scopes: Vec<String> = doors.iter().map(|(method, path)| wire::oauth::scope(&self.house.party, method, path)).collect();
        let (of, folder) = (party.parse()?, self.house.setting.secrets());
        wire::oauth::enrol(&clients, &self.house.party, &of, &scopes.join(" ").parse()?, &folder).await?;
        Ok(self.ring.house(party)?.client)
    }

    pub(crate) async fn counts(&self) -> Result<BTreeMap<String, u64>, Failed> {
        let console = self.ring.house("console.991015")?.client;
        let counts: Counts = console.get(&self.running.party, &protocol::messages::console::counts("atena")).await?;
        Ok(counts.counts)
    }

    /// Stops atena and starts it again over what it left.
    pub(crate) async fn restart(&mut self) -> Result<(), Failed> {
        self.running.end().await;
        self.running = serve(&self.house, atena::open(self.house.clone()).await?).await?;
        Ok(())
    }
}

pub(crate) fn said(answer: &PersonsAnswer) -> Vec<String> {
    let word = |row: &protocol::messages::atena::PersonAnswer| match (&row.unified_number, &row.problem) {
        (Some(unified), None) => unified.to_string(),
        (None, Some(problem)) => format!("{} {} {}", problem.row, problem.field.clone().unwrap_or_default(), problem.code),
        _ => "neither or both".to_owned(),
    };
    answer.rows.iter().map(word).collect()
}

pub(crate) fn not_now<T: std::fmt::Debug>(outcome: Result<T, WireError>) {
    let error = outcome.unwrap_err();
    assert!(error.is_passing(), "{error} does not pass");
}

pub(crate) fn refused<T: std::fmt::Debug>(outcome: Result<T, WireError>, status: StatusCode) -> String {
    let error = outcome.unwrap_err();
    assert!(error.is_status(status), "{error} is not {status}");
    error.refusal().map(|problem| problem.code().to_owned()).unwrap_or_default()
}
