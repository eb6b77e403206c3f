//! Two cities with a relay each, among stand-ins.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::{Policies, SystemPolicies};
use http::StatusCode;
use jiff::SignedDuration;
use line::{Client, WireError};
use protocol::messages::console::Counts;
use protocol::messages::inquiries::{Inquiry, InquiryReceipt, InquiryState, InquiryStatus, Replica, ReplicaRecord};
use protocol::messages::relay::{
    ANSWERS, AnswerDelivery, CODES, CodeRow, Codes, INQUIRIES, InquiryRequest, PERMITS, PermitDelivery, REPLICAS, ReplicaRow,
    ReplicasAnswer, ReplicasRequest, UNIFIED_NUMBERS, UnifiedNumbers, inquiry,
};
use protocol::messages::{Accepted, Code, Outcome};
use protocol::signed::Head;
use protocol::{Private, Signed};
use seal::Signer;
use store::Rooms;
use vocabulary::{Clock, Date, Entropy, FiscalYear, Id128, ManualClock, Party, SystemEntropy, UnifiedNumber};
pub(crate) use wire::testing::until;
use wire::testing::{Failed, Ring, permitting};
use wire::{House, Running, Service, serve};

use crate::neighbours::{ATENA, Atena, Given, NETWORK, Network};

pub(crate) const HERE: &str = "991015";
pub(crate) const THERE: &str = "992020";
const PARTIES: [&str; 8] = [
    "relay.991015",
    "relay.992020",
    "atena.991015",
    "atena.992020",
    "registry.991015",
    "registry.992020",
    "network.national",
    "console.991015",
];

/// One city: its relay, and what speaks to it.
pub(crate) struct City {
    pub(crate) house: House,
    pub(crate) relay: Party,
    pub(crate) registry: Party,
    pub(crate) signer: Arc<Signer>,
    pub(crate) atena: Atena,
    pub(crate) from_atena: Client,
    running: Option<Running>,
    _neighbours: [Running; 2],
}

pub(crate) struct World {
    pub(crate) ring: Ring,
    pub(crate) rooms: Rooms,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) network: Network,
    pub(crate) here: City,
    pub(crate) there: City,
    _network: Running,
}

pub(crate) async fn both<F>(test: impl Fn(World) -> F)
where
    F: Future<Output = Result<(), Failed>>,
{
    store::testing::both(|rooms| async { test(started(rooms).await?).await }).await;
}

async fn started(rooms: Rooms) -> Result<World, Failed> {
    let (atena, network) = (permitting("atena", &[ATENA]), permitting("network", &[NETWORK]));
    let policies = Policies::load(&[
        relay::POLICIES,
        SystemPolicies { system: "atena", actions: &[&[ATENA]], text: &atena },
        SystemPolicies { system: "network", actions: &[&[NETWORK]], text: &network },
    ])?;
    let clock = Arc::new(ManualClock::on(Date::constant(2026, 10, 5)));
    let ring = Ring::at(rooms.clone(), policies, &PARTIES, Arc::clone(&clock) as Arc<dyn Clock>)?;
    let (network, running) = Network::start(&ring).await?;
    let (here, there) = (city(&ring, HERE).await?, city(&ring, THERE).await?);
    Ok(World { ring, rooms, clock, network, here, there, _network: running })
}

async fn city(ring: &Ring, code: &str) -> Result<City, Failed> {
    let registry = ring.house(&format!("registry.{code}"))?;
    let room = registry.bare_room().await?;
    let signer = Arc::new(room.vault().signer(wire::RING).await?);
    let keys = serve(&registry, Service::new(&room)).await?;
    let (atena, served) = Atena::start(ring, &format!("atena.{code}")).await?;
    let house = ring.house(&format!("relay.{code}"))?;
    let from_atena = ring.house(&format!("atena.{code}"))?.client;
    let running = Some(serve(&house, relay::open(house.clone()).await?).await?);
    let (relay, registry) = (house.party.clone(), registry.party);
    Ok(City { house, relay, registry, signer, atena, from_atena, running, _neighbours: [keys, served] })
}

pub(crate) fn key() -> Id128 {
    SystemEntropy.id128()
}

pub(crate) fn unified(serial: u64) -> UnifiedNumber {
    UnifiedNumber::from_serial(serial).unwrap()
}

pub(crate) fn code(byte: u8) -> Code {
    Code::from(vec![byte; 32])
}

pub(crate) fn replica(judgement: &str) -> Replica {
    let items = [("judgement".to_owned(), judgement.to_owned())];
    Replica {
        business: "health".to_owned(),
        information: "stomach_screening".to_owned(),
        made_on: Date::constant(2026, 10, 1),
        no_automatic_answer: false,
        not_disclosed: false,
        records: vec![ReplicaRecord {
            fiscal_year: FiscalYear(2025),
            programme: "stomach".to_owned(),
            examined_on: Date::constant(2025, 6, 1),
            items: Private::new(items.into_iter().collect()),
        }],
    }
}

impl City {
    /// Stops the relay and starts it again over what it left.
    pub(crate) async fn restart(&mut self) -> Result<(), Failed> {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.running = Some(serve(&self.house, relay::open(self.house.clone()).await?).await?);
        Ok(())
    }

    /// The relay's room.
    pub(crate) async fn room(&self) -> Result<ledger::Room, Failed> {
        Ok(work::open_room(&self.house, relay::MIGRATIONS).await?)
    }

    /// Waits until the relay's record of use tells of this act with this detail.
    pub(crate) async fn noted(&self, action: &str, detail: &str) -> Result<(), Failed> {
        let room = self.room().await?;
        for _ in 0..2_400 {
            for found in ledger::newest(room.raw(), 50).await? {
                let entry = found.entry()?;
                if entry.action == action && entry.detail == detail {
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(format!("after a minute no entry of {action}: {detail}").into())
    }

    /// How many entries of an act the relay's record of use has.
    pub(crate) async fn entries(&self, action: &str) -> Result<usize, Failed> {
        let room = self.room().await?;
        let newest = ledger::newest(room.raw(), 1_000).await?;
        Ok(newest.iter().filter(|found| found.entry().is_ok_and(|entry| entry.action == action)).count())
    }

    /// The relay hears of people.
    pub(crate) async fn tell(&self, people: &[u64]) -> Result<Accepted, WireError> {
        let request = UnifiedNumbers { unified_numbers: people.iter().copied().map(unified).collect() };
        self.from_atena.post(&self.relay, UNIFIED_NUMBERS, key(), &request).await
    }

    /// Its registry's signature over a replica that was made so long ago.
    pub(crate) fn signed(&self, clock: &ManualClock, replica: &Replica, ago: SignedDuration) -> Signed<Replica> {
        let issued = clock.now() - ago;
        let (sender, receiver) = (self.registry.clone(), self.relay.clone());
        let head = Head { sender, receiver, number: key(), issued, expires: issued + SignedDuration::from_hours(24) };
        Signed::seal(&head, replica, &self.signer).unwrap()
    }

    pub(crate) async fn store(&self, key: Id128, rows: &[(u64, Signed<Replica>)]) -> Result<ReplicasAnswer, WireError> {
        let rows = rows.iter().map(|(person, envelope)| ReplicaRow {
            unified_number: unified(*person),
            business: "health".to_owned(),
            information: "stomach_screening".to_owned(),
            envelope: envelope.clone(),
        });
        self.from_atena.post(&self.relay, REPLICAS, key, &ReplicasRequest { rows: rows.collect() }).await
    }
}

/// What became of each row: `stored`, or the code of its problem.
pub(crate) fn words(answer: &ReplicasAnswer) -> Vec<String> {
    let word = |row: &protocol::messages::relay::ReplicaAnswer| match (&row.digest, &row.problem) {
        (Some(_), None) => "stored".to_owned(),
        (None, Some(problem)) => format!("{} {}", problem.row, problem.code),
        _ => "neither or both".to_owned(),
    };
    answer.rows.iter().map(word).collect()
}

impl World {
    pub(crate) async fn stop(self) {
        for running in [self.here.running, self.there.running].into_iter().flatten() {
            running.stop().await;
        }
    }

    pub(crate) fn advance(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    /// The relays know a person under these numbers, and the network system has told them their codes; here first.
    pub(crate) async fn person(&self, serial: u64, codes: [u8; 2]) -> Result<(), Failed> {
        let cities = [&self.here, &self.there];
        let person = cities.into_iter().zip(codes).map(|(city, byte)| (city.relay.to_string(), code(byte)));
        self.network.seen().people.push(person.collect());
        for (city, byte) in cities.into_iter().zip(codes) {
            city.tell(&[serial]).await?;
            self.code(city, serial, byte).await?;
        }
        Ok(())
    }

    /// The network system's code for whoever the relay asked atena about.
    pub(crate) async fn code(&self, city: &City, serial: u64, byte: u8) -> Result<Accepted, Failed> {
        let wanted = || city.atena.wanted.lock().unwrap().get(unified(serial).as_str()).copied();
        until("atena was asked for a code", || wanted().is_some()).await?;
        let rows = vec![CodeRow { processing_number: wanted().unwrap(), code: code(byte) }];
        Ok(self.network.client.post(&city.relay, CODES, key(), &Codes { rows }).await?)
    }

    /// The person has this replica there.
    pub(crate) async fn provided(&self, serial: u64, replica: &Replica) -> Result<Signed<Replica>, Failed> {
        let envelope = self.there.signed(&self.clock, replica, SignedDuration::ZERO);
        assert_eq!(words(&self.there.store(key(), &[(serial, envelope.clone())]).await?), ["stored"]);
        Ok(envelope)
    }

    /// An inquiry of here to there, signed by the registry here.
    pub(crate) fn inquiry(&self, serial: u64) -> InquiryRequest {
        let asked = Inquiry {
            business: "health".to_owned(),
            procedure: "screening".to_owned(),
            information: "stomach_screening".to_owned(),
            from: Date::constant(2021, 4, 1),
            to: Date::constant(2026, 3, 31),
            provider: THERE.parse().unwrap(),
        };
        let issued = self.clock.now();
        let (sender, receiver) = (self.here.registry.clone(), self.here.relay.clone());
        let head = Head { sender, receiver, number: key(), issued, expires: issued + SignedDuration::from_mins(30) };
        let envelope = Signed::seal(&head, &asked, &self.here.signer).unwrap();
        let Inquiry { business, procedure, information, from, to, provider } = asked;
        InquiryRequest { unified_number: unified(serial), business, procedure, information, from, to, provider, envelope }
    }

    pub(crate) async fn send(&self, key: Id128, request: &InquiryRequest) -> Result<Id128, WireError> {
        let receipt: InquiryReceipt = self.here.from_atena.post(&self.here.relay, INQUIRIES, key, request).await?;
        Ok(receipt.inquiry)
    }

    pub(crate) async fn ask(&self, serial: u64) -> Result<Id128, Failed> {
        Ok(self.send(key(), &self.inquiry(serial)).await?)
    }

    pub(crate) async fn status(&self, id: Id128) -> Result<InquiryStatus, WireError> {
        self.here.from_atena.get(&self.here.relay, &inquiry(id)).await
    }

    /// Waits until the inquiry stands so.
    pub(crate) async fn stands(&self, id: Id128, state: InquiryState) -> Result<InquiryStatus, Failed> {
        let mut last = None;
        for _ in 0..2_400 {
            let status = self.status(id).await?;
            if status.state == state {
                return Ok(status);
            }
            last = Some(status.state);
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(format!("after a minute {last:?} and not {state:?}").into())
    }

    /// The permit of the person's inquiry, once the network system has given it.
    pub(crate) async fn permitted(&self, serial: u64) -> Result<(Id128, Given), Failed> {
        let before = self.network.seen().given.len();
        let id = self.ask(serial).await?;
        self.stands(id, InquiryState::Sent).await?;
        let given = self.network.seen().given[before].clone();
        Ok((id, given))
    }

    /// The network system brings the provider its copy.
    pub(crate) async fn bring(&self, key: Id128, permit: &Signed<protocol::messages::inquiries::Permit>) -> Result<Outcome, WireError> {
        let delivery = PermitDelivery { permit: permit.clone() };
        self.network.client.post(&self.there.relay, PERMITS, key, &delivery).await
    }

    /// Tried once: a refusal that passes is seen, and not waited for.
    pub(crate) async fn bring_once(&self, permit: &Signed<protocol::messages::inquiries::Permit>) -> Result<Outcome, WireError> {
        let delivery = PermitDelivery { permit: permit.clone() };
        self.network.client.once_within(Duration::from_secs(60)).post(&self.there.relay, PERMITS, key(), &delivery).await
    }

    /// The answer that the provider sent for this permit, once it is there.
    pub(crate) async fn sent(&self, given: &Given) -> Result<AnswerDelivery, Failed> {
        let number = given.permit.processing_number;
        let find = || self.network.seen().answers.iter().map(|(_, sent)| sent.clone()).find(|sent| sent.processing_number == number);
        until("the provider answered", || find().is_some()).await?;
        Ok(find().unwrap())
    }

    /// The network system brings the asker an answer.
    pub(crate) async fn deliver(&self, key: Id128, delivery: &AnswerDelivery) -> Result<Outcome, WireError> {
        self.network.client.post(&self.here.relay, ANSWERS, key, delivery).await
    }

    pub(crate) async fn counts(&self) -> Result<BTreeMap<String, u64>, Failed> {
        let console = self.ring.house("console.991015")?.client;
        let counts: Counts = console.get(&self.here.relay, &protocol::messages::console::counts("relay")).await?;
        Ok(counts.counts)
    }
}

/// The code of a refusal with this status.
pub(crate) fn refused<T: std::fmt::Debug>(outcome: Result<T, WireError>, status: StatusCode) -> String {
    let error = outcome.unwrap_err();
    assert!(error.is_status(status), "{error} is not {status}");
    error.refusal().map(|problem| problem.code().to_owned()).unwrap_or_default()
}
