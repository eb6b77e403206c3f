//! Stand-ins for the payers' hub and the public side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use access::Action;
use axum::extract::State;
use line::Client;
use protocol::messages::edge::{COLLECTIONS, Collection, Collections, DELIVERIES, Deliveries, Delivery};
use protocol::messages::payers_hub::{PMH_KEYS, PmhKeysAnswer, PmhKeysRequest};
use protocol::messages::{Accepted, After};
use protocol::sealing::Batch;
use seal::hpke::Receiver;
use tokio::sync::Notify;
use vocabulary::{Entropy, Id128, Party, Purpose, SystemEntropy};
use wire::faults::Faults;
use wire::testing::{Failed, Ring};
use wire::{House, Json, Problem, Query, Routes, Running, Service, peer, serve};

pub(crate) const MINT: Action = Action::number("payers-hub:pmh-keys.mint").for_purpose(Purpose::Numbering);
pub(crate) const DELIVER: Action = Action::personal("hub-edge:deliveries.take").for_purpose(Purpose::HubRegistration);
pub(crate) const COLLECT: Action = Action::personal("hub-edge:collections.give").for_purpose(Purpose::HubRegistration);

/// The payers' hub: a key a number, whoever asks.
#[derive(Clone)]
pub(crate) struct PayersHub {
    receiver: Arc<Receiver>,
    party: Party,
    client: Client,
    pub(crate) minted: Arc<Mutex<HashMap<String, Id128>>>,
    /// Numbers in the order in which they were asked for.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    /// Gives everybody this key.
    pub(crate) one_key: Arc<Mutex<Option<Id128>>>,
    /// Writes a row of an answer, of key and number.
    pub(crate) row: Arc<Mutex<Option<WriteRow>>>,
    pub(crate) faults: Faults,
}

pub(crate) type WriteRow = Box<dyn FnMut(&str, &str) -> String + Send>;

impl PayersHub {
    pub(crate) async fn start(ring: &Ring) -> Result<(Self, Running), Failed> {
        let house = ring.house("payers-hub.national")?;
        let room = house.bare_room().await?;
        let hub = Self {
            receiver: Arc::new(room.vault().receiver(wire::RING).await?),
            party: house.party.clone(),
            client: house.client.clone(),
            minted: Arc::default(),
            asked: Arc::default(),
            one_key: Arc::default(),
            row: Arc::default(),
            faults: Faults::none(),
        };
        let routes = Routes::of(hub.clone()).post(PMH_KEYS, peer(MINT), mint);
        let running = serve(&house, Service::new(&room).routes(routes).faults(&hub.faults)).await?;
        Ok((hub, running))
    }
}

async fn mint(State(hub): State<PayersHub>, Json(request): Json<PmhKeysRequest>) -> Result<Json<PmhKeysAnswer>, Problem> {
    let core: Party = "hub-core.national".parse().unwrap();
    let there = Batch { sender: &core, receiver: &hub.party, kind: PMH_KEYS, request: request.request_id };
    let mut rows = String::new();
    for number in there.open(&hub.receiver, &request.numbers)?.iter() {
        hub.asked.lock().unwrap().push(number.to_owned());
        let one = *hub.one_key.lock().unwrap();
        let key = *hub.minted.lock().unwrap().entry(number.to_owned()).or_insert_with(|| one.unwrap_or_else(|| SystemEntropy.id128()));
        match hub.row.lock().unwrap().as_mut() {
            Some(write) => rows.push_str(&write(&key.to_string(), number)),
            None => rows.push_str(&format!("{key},{number}\n")),
        }
    }
    let back = Batch { sender: &hub.party, receiver: &core, kind: PMH_KEYS, request: request.request_id };
    let keys = hub.client.keys(&core).await?;
    Ok(Json(PmhKeysAnswer { request_id: request.request_id, rows: back.seal(&keys.receiving, &rows, &SystemEntropy)? }))
}

/// The public side: takes deliveries, gives what a test puts in.
#[derive(Clone, Default)]
pub(crate) struct Edge {
    pub(crate) portions: Arc<Mutex<Vec<Deliveries>>>,
    pub(crate) entered: Arc<Mutex<Vec<Collection>>>,
    /// Where the next answer waits.
    pub(crate) gate: Arc<Mutex<Option<Gate>>>,
    pub(crate) faults: Faults,
}

/// Holds up the answer to whoever asks for what is after this number.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    pub(crate) after: i64,
    pub(crate) reached: Arc<Notify>,
    pub(crate) opened: Arc<Notify>,
}

impl Edge {
    pub(crate) async fn start(ring: &Ring) -> Result<(Self, Running), Failed> {
        let house: House = ring.house("hub-edge.national")?;
        let room = house.bare_room().await?;
        let edge = Self::default();
        let routes = Routes::of(edge.clone()).post(DELIVERIES, peer(DELIVER), take).get(COLLECTIONS, peer(COLLECT), give);
        let running = serve(&house, Service::new(&room).routes(routes).faults(&edge.faults)).await?;
        Ok((edge, running))
    }

    /// The rows of a municipality in order; a portion that came twice counts once.
    pub(crate) fn rows(&self, municipality: &str) -> Vec<Delivery> {
        let mut seen = std::collections::HashSet::new();
        let portions = self.portions.lock().unwrap();
        let mine = portions.iter().filter(|portion| portion.municipality.to_string() == municipality);
        mine.filter(|portion| seen.insert(portion.delivery)).flat_map(|portion| portion.rows.clone()).collect()
    }
}

async fn take(State(edge): State<Edge>, Json(portion): Json<Deliveries>) -> Json<Accepted> {
    let accepted = portion.rows.len() as u64;
    edge.portions.lock().unwrap().push(portion);
    Json(Accepted { accepted })
}

async fn give(State(edge): State<Edge>, Query(After { after }): Query<After>) -> Json<Collections> {
    let gate = edge.gate.lock().unwrap().take_if(|gate| gate.after == after);
    if let Some(gate) = gate {
        gate.reached.notify_one();
        gate.opened.notified().await;
    }
    let entered = edge.entered.lock().unwrap();
    let later = entered.iter().filter(|row| match row {
        Collection::Answer { sequence, .. } | Collection::Result { sequence, .. } => *sequence > after,
    });
    Json(Collections { rows: later.take(2).cloned().collect() })
}
