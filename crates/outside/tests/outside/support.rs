//! The four parties, and who speaks to them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::{Policies, SystemPolicies};
use http::StatusCode;
use jiff::SignedDuration;
use line::{Client, WireError};
use number::IndividualNumber;
use protocol::messages::console::Counts;
use protocol::messages::resident_network::{CODE_REQUESTS, CodeRequest, CodeRequests};
use protocol::messages::{Accepted, Code};
use protocol::sealing::Batch;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Rooms;
use vocabulary::{Clock, Date, Entropy, Id128, ManualClock, Party, Purpose, SystemEntropy};
use wire::faults::Faults;
pub(crate) use wire::testing::until;
use wire::testing::{Failed, Ring, permitting};
use wire::{House, Running, serve};

use crate::neighbours::{Organisation, PORTAL, RELAY};

const REAL: [&str; 4] = ["network.national", "resident-network.national", "payers-hub.national", "online-eligibility.national"];
const OTHERS: [&str; 9] = [
    "relay.991015",
    "relay.992020",
    "portal.national",
    "hub-core.national",
    "atena.991015",
    "atena.992020",
    "resident-register.991015",
    "registry.991015",
    "console.991015",
];

pub(crate) struct World {
    pub(crate) ring: Ring,
    pub(crate) rooms: Rooms,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) faults: BTreeMap<&'static str, Faults>,
    pub(crate) here: Organisation,
    pub(crate) there: Organisation,
    pub(crate) portal: Organisation,
    pub(crate) core: Organisation,
    houses: BTreeMap<&'static str, House>,
    running: BTreeMap<&'static str, Running>,
    _neighbours: Vec<Running>,
}

pub(crate) async fn both<F>(test: impl Fn(World) -> F)
where
    F: Future<Output = Result<(), Failed>>,
{
    store::testing::both(|rooms| async { test(started(rooms).await?).await }).await;
}

async fn started(rooms: Rooms) -> Result<World, Failed> {
    let (relay, portal) = (permitting("relay", &[RELAY]), permitting("portal", &[PORTAL]));
    let mut policies: Vec<SystemPolicies<'_>> = outside::PARTIES.iter().map(|party| party.policies).collect();
    policies.push(SystemPolicies { system: "relay", actions: &[&[RELAY]], text: &relay });
    policies.push(SystemPolicies { system: "portal", actions: &[&[PORTAL]], text: &portal });
    let clock = Arc::new(ManualClock::on(Date::constant(2026, 10, 5)));
    let parties: Vec<&str> = REAL.into_iter().chain(OTHERS).collect();
    let ring = Ring::at(rooms.clone(), Policies::load(&policies)?, &parties, Arc::clone(&clock) as Arc<dyn Clock>)?;
    let mut neighbours = Vec::new();
    let mut organisations = Vec::new();
    for party in &OTHERS[..4] {
        let (organisation, running) = Organisation::start(&ring, party).await?;
        organisations.push(organisation);
        neighbours.push(running);
    }
    let [here, there, portal, core]: [Organisation; 4] = organisations.try_into().map_err(|_| "four organisations")?;
    let (mut houses, mut faults) = (BTreeMap::new(), BTreeMap::new());
    for party in REAL {
        let house = ring.house(party)?;
        houses.insert(party, House { client: house.client.within(Duration::from_secs(3)), ..house });
        faults.insert(party, Faults::none());
    }
    let running = BTreeMap::new();
    let mut world = World { ring, rooms, clock, faults, here, there, portal, core, houses, running, _neighbours: neighbours };
    for party in REAL {
        world.restart(party).await?;
    }
    Ok(world)
}

pub(crate) fn key() -> Id128 {
    SystemEntropy.id128()
}

/// The individual number of a made-up person.
pub(crate) fn number(person: u32) -> String {
    IndividualNumber::from_body(&format!("{person:011}")).unwrap().open(Purpose::Numbering).to_string()
}

impl World {
    /// Starts a party, again if it runs.
    pub(crate) async fn restart(&mut self, party: &'static str) -> Result<(), Failed> {
        if let Some(before) = self.running.remove(party) {
            before.stop().await;
        }
        let house = &self.houses[party];
        let kind = outside::PARTIES.iter().find(|kind| kind.system() == house.party.system()).ok_or("no such party")?;
        let service = (kind.open)(house.clone()).await?.faults(&self.faults[party]);
        self.running.insert(party, serve(house, service).await?);
        Ok(())
    }

    /// Starts a party with a new certificate of the ring, as when time has passed.
    pub(crate) async fn renew(&mut self, party: &'static str) -> Result<(), Failed> {
        let house = self.ring.house(party)?;
        self.houses.insert(party, house);
        self.restart(party).await
    }

    pub(crate) async fn stop(self) {
        for running in self.running.into_values() {
            running.stop().await;
        }
    }

    pub(crate) fn advance(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    pub(crate) fn client(&self, party: &str) -> Result<Client, Failed> {
        Ok(self.ring.house(party)?.client.within(Duration::from_secs(60)))
    }

    pub(crate) async fn counts(&self, system: &str) -> Result<BTreeMap<String, u64>, Failed> {
        let to: Party = format!("{system}.national").parse()?;
        let counts: Counts = self.client("console.991015")?.get(&to, &protocol::messages::console::counts(system)).await?;
        Ok(counts.counts)
    }

    pub(crate) async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        from: &str,
        to: &str,
        path: &str,
        key: Id128,
        body: &B,
    ) -> Result<T, WireError> {
        self.client(from).unwrap().post(&to.parse().unwrap(), path, key, body).await
    }

    /// Numbers, sealed for this message.
    pub(crate) async fn sealed(
        &self,
        from: &str,
        to: &str,
        kind: &str,
        request: Id128,
        lines: &[String],
    ) -> Result<seal::hpke::Sealed, Failed> {
        let (sender, receiver) = (from.parse()?, to.parse()?);
        let receiving = self.client(from)?.keys(&receiver).await?.receiving;
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        Ok(Batch { sender: &sender, receiver: &receiver, kind, request }.seal(&receiving, &text, &SystemEntropy)?)
    }

    /// What atena sends for its relay: processing number and person of each row.
    pub(crate) async fn code_requests(&self, atena: &str, organisation: &str, rows: &[(Id128, u32)]) -> Result<CodeRequests, Failed> {
        let request_id = key();
        let lines: Vec<String> = rows.iter().map(|(_, person)| number(*person)).collect();
        let numbers = self.sealed(atena, "resident-network.national", CODE_REQUESTS, request_id, &lines).await?;
        let rows = rows.iter().map(|(processing_number, _)| CodeRequest { processing_number: *processing_number }).collect();
        Ok(CodeRequests { request_id, organisation: organisation.parse()?, rows, numbers })
    }

    /// Asks for a person's code of a city's relay, and waits for it.
    pub(crate) async fn code(&self, city: &str, person: u32) -> Result<Code, Failed> {
        let processing_number = key();
        let (atena, relay) = (format!("atena.{city}"), format!("relay.{city}"));
        let request = self.code_requests(&atena, &relay, &[(processing_number, person)]).await?;
        let _: Accepted = self.post(&atena, "resident-network.national", CODE_REQUESTS, key(), &request).await?;
        let organisation = if relay == self.here.party.to_string() { &self.here } else { &self.there };
        until("the code came", || organisation.got().codes.contains_key(&processing_number)).await?;
        let code = organisation.got().codes[&processing_number].clone();
        Ok(code)
    }
}

/// The code of a refusal with this status.
pub(crate) fn refused<T: std::fmt::Debug>(outcome: Result<T, WireError>, status: StatusCode) -> String {
    let error = outcome.unwrap_err();
    assert!(error.is_status(status), "{error} is not {status}");
    error.refusal().map(|problem| problem.code().to_owned()).unwrap_or_default()
}
