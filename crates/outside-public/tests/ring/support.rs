//! A portal among its neighbours, and people with cards.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use access::{Policies, SystemPolicies};
use devices::card::Card;
use devices::phone::{DeviceError, LoggedIn, Phone};
use devices::tablet::Tablet;
use outside_public::portal::{self, Purposes};
use protocol::Private;
use protocol::messages::checkups::QuestionnaireSheet;
use protocol::messages::console::Counts;
use protocol::messages::portal::Scope;
use store::Rooms;
use vocabulary::{Clock, Date, Entropy, Id128, InstitutionCode, ManualClock, Party, SystemEntropy};
use wire::faults::Faults;
use wire::testing::{Failed, Ring, permitting};
use wire::{Allowance, Running, Service, Setting};

use crate::authority::{Authority, Says};
use crate::neighbours::{self, Neighbours, Seen};

pub(crate) const FACILITY: &str = "facility.9930000121";
const PARTIES: [&str; 8] = [
    "portal.national",
    "online-eligibility.national",
    "my-key.national",
    "resident-network.national",
    "network.national",
    "hub-edge.national",
    "console.991015",
    FACILITY,
];
pub(crate) const PIN: &str = "1234";

pub(crate) struct World {
    pub(crate) ring: Ring,
    pub(crate) rooms: Rooms,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) authority: Authority,
    pub(crate) edge: Faults,
    pub(crate) resident_network: Faults,
    pub(crate) portal: Party,
    cards: tempfile::TempDir,
    seen: Arc<Mutex<Seen>>,
    running: Option<Running>,
    neighbours: Vec<Running>,
}

/// A person with a card, and what only the neighbours know of them.
pub(crate) struct Person {
    pub(crate) card: Card,
    pub(crate) serial: String,
    pub(crate) pseudonym: Id128,
    pub(crate) key: Id128,
    pub(crate) sheet: Id128,
}

fn policies() -> Result<Policies, Failed> {
    let others = [neighbours::ELIGIBILITY, neighbours::MY_KEY, neighbours::RESIDENT_NETWORK, neighbours::NETWORK, neighbours::EDGE];
    let systems = ["online-eligibility", "my-key", "resident-network", "network", "hub-edge"];
    let texts: Vec<String> = systems.iter().zip(&others).map(|(system, action)| permitting(system, &[*action])).collect();
    let mut all = vec![portal::POLICIES];
    let lists = others.each_ref().map(|action| [std::slice::from_ref(action)]);
    for ((system, actions), text) in systems.into_iter().zip(&lists).zip(&texts) {
        all.push(SystemPolicies { system, actions, text });
    }
    Ok(Policies::load(&all)?)
}

impl World {
    pub(crate) async fn new(rooms: Rooms) -> Result<Self, Failed> {
        let clock = Arc::new(ManualClock::on(Date::constant(2026, 10, 5)));
        let ring = Ring::at(rooms.clone(), policies()?, &PARTIES, Arc::clone(&clock) as Arc<dyn Clock>)?;
        let authority = Authority::new()?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let state = Neighbours {
            seen: Arc::clone(&seen),
            authority: Arc::new(authority.certificate.clone()),
            network: ring.house("network.national")?.client,
            portal: "portal.national".parse()?,
        };
        let (edge, resident_network) = (Faults::none(), Faults::none());
        let mut neighbours = Vec::new();
        for (party, routes, faults) in [
            ("online-eligibility.national", neighbours::online_eligibility(state.clone()), &Faults::none()),
            ("my-key.national", neighbours::my_key(state.clone()), &Faults::none()),
            ("resident-network.national", neighbours::resident_network(state.clone()), &resident_network),
            ("network.national", neighbours::network(state.clone()), &Faults::none()),
            ("hub-edge.national", neighbours::hub_edge(state.clone()), &edge),
        ] {
            let house = ring.house(party)?;
            // the edge gives tokens, for which it needs a room
            let service = if party.starts_with("hub-edge") { Service::new(&house.bare_room().await?) } else { Service::without_room() };
            neighbours.push(wire::serve(&house, service.routes(routes).faults(faults)).await?);
        }
        let cards = tempfile::tempdir()?;
        let portal = "portal.national".parse()?;
        let mut world = Self { ring, rooms, clock, authority, edge, resident_network, portal, cards, seen, running: None, neighbours };
        world.open(Purposes::current()).await?;
        Ok(world)
    }

    /// Starts the portal, again if it runs, with these texts.
    pub(crate) async fn open(&mut self, purposes: Purposes) -> Result<(), Failed> {
        self.open_with(purposes, |_| ()).await
    }

    /// With no bound on how often anybody asks, for whoever asks thousands of times.
    pub(crate) async fn open_without_allowances(&mut self) -> Result<(), Failed> {
        let endless = |setting: &mut Setting| {
            let limits = &mut setting.limits;
            (limits.visitor, limits.log_in, limits.facility) = (Allowance::ENDLESS, Allowance::ENDLESS, Allowance::ENDLESS);
        };
        self.open_with(Purposes::current(), endless).await
    }

    async fn open_with(&mut self, purposes: Purposes, set: impl FnOnce(&mut Setting)) -> Result<(), Failed> {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        let mut house = self.ring.house("portal.national")?;
        set(&mut house.setting);
        let house = wire::House { client: house.client.within(Duration::from_secs(20)), ..house };
        self.running = Some(wire::serve(&house, portal::open_with(house.clone(), purposes).await?).await?);
        Ok(())
    }

    pub(crate) async fn stop(self) {
        for running in self.running.into_iter().chain(self.neighbours) {
            running.stop().await;
        }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    pub(crate) fn advance(&self, minutes: i64) {
        self.clock.advance(jiff::SignedDuration::from_mins(minutes));
    }

    /// A person with a card and a questionnaire.
    pub(crate) fn person(&self) -> Result<Person, Failed> {
        let [pseudonym, key, sheet] = [SystemEntropy.id128(), SystemEntropy.id128(), SystemEntropy.id128()];
        let (card, serial) = self.card(pseudonym, &[key], Says::default(), &self.authority)?;
        self.seen().sheets.insert(key, vec![questionnaire(sheet)]);
        Ok(Person { card, serial, pseudonym, key, sheet })
    }

    /// A card that online eligibility knows.
    pub(crate) fn card(&self, pseudonym: Id128, keys: &[Id128], says: Says, authority: &Authority) -> Result<(Card, String), Failed> {
        let card = Card::create(self.cards.path().join(SystemEntropy.id128().to_string()), PIN, &SystemEntropy)?;
        let (serial, certificate) = authority.sign(&card.request()?, says)?;
        card.install(&certificate)?;
        self.seen().insured.insert(serial.clone(), (pseudonym, keys.to_vec()));
        Ok((card, serial))
    }

    pub(crate) fn phone(&self) -> Result<Phone, Failed> {
        Ok(Phone::new(self.ring.phone()?, self.portal.clone(), Arc::new(SystemEntropy)))
    }

    /// A phone that soon gives up.
    pub(crate) fn impatient(&self) -> Result<Phone, Failed> {
        let client = self.ring.phone()?.within(Duration::from_millis(1500));
        Ok(Phone::new(client, self.portal.clone(), Arc::new(SystemEntropy)))
    }

    pub(crate) async fn log_in(&self, person: &Person) -> Result<LoggedIn, Failed> {
        Ok(self.phone()?.log_in(&person.card, PIN).await?)
    }

    /// Logged in, and agreed to everything.
    pub(crate) async fn agreed(&self, person: &Person) -> Result<LoggedIn, Failed> {
        let session = self.log_in(person).await?;
        session.consent(&Purposes::current().own, &Scope::OWN).await?;
        Ok(session)
    }

    /// Another tablet of the facility each time: another certificate of the same name.
    pub(crate) fn tablet(&self) -> Result<Tablet, Failed> {
        let client = self.ring.house(FACILITY)?.client;
        Ok(Tablet::new(client, self.portal.clone(), institution()))
    }

    pub(crate) async fn counts(&self) -> Result<BTreeMap<String, u64>, Failed> {
        let console = self.ring.house("console.991015")?.client;
        let counts: Counts = console.get(&self.portal, &protocol::messages::console::counts("portal")).await?;
        Ok(counts.counts)
    }
}

pub(crate) fn institution() -> InstitutionCode {
    InstitutionCode::parse("9930000121").unwrap()
}

pub(crate) fn questionnaire(id: Id128) -> QuestionnaireSheet {
    QuestionnaireSheet {
        id,
        municipality: "991015".parse().unwrap(),
        programme: "oral_health".to_owned(),
        fiscal_year: vocabulary::FiscalYear::of(Date::constant(2026, 10, 5)),
        version: 1,
        questions: Vec::new(),
        answers: Private::default(),
        answered_at: None,
    }
}

pub(crate) fn items(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(item, value)| ((*item).to_owned(), (*value).to_owned())).collect()
}

/// The code of a refusal.
pub(crate) fn code<T>(outcome: Result<T, DeviceError>) -> String {
    match outcome {
        Ok(_) => "taken".to_owned(),
        Err(DeviceError::Wire(error)) => error.refusal().map_or_else(|| error.to_string(), |problem| problem.code().to_owned()),
        Err(error) => error.to_string(),
    }
}

pub(crate) async fn both<F>(test: impl Fn(Rooms) -> F)
where
    F: Future<Output = Result<(), Failed>>,
{
    store::testing::both(test).await;
}
