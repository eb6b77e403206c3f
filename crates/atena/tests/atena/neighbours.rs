//! Stand-ins for the relay and the resident network: they keep what they got.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use access::Action;
use axum::extract::State;
use protocol::messages::Accepted;
use protocol::messages::inquiries::{InquiryReceipt, InquiryState, InquiryStatus};
use protocol::messages::relay::{
    INQUIRIES, INQUIRY, InquiryRequest, REPLICAS, ReplicaAnswer, ReplicasAnswer, ReplicasRequest, UNIFIED_NUMBERS, UnifiedNumbers,
    WITHDRAWALS, Withdrawals,
};
use protocol::messages::resident_network::{CODE_REQUESTS, CodeRequests};
use protocol::sealing::Batch;
use seal::hpke::Receiver;
use vocabulary::{Entropy, Id128, Party, Purpose, SystemEntropy, UnifiedNumber};
use wire::faults::Faults;
use wire::testing::{Failed, Ring};
use wire::{Json, Once, Path, Problem, Routes, Running, Service, peer, serve};

pub(crate) const RELAY: Action = Action::personal("relay:test.any").for_purpose(Purpose::Provision);
pub(crate) const NETWORK: Action = Action::personal("resident-network:test.any").for_purpose(Purpose::Numbering);

/// What the relay got, each request under its key, and what it is to answer.
#[derive(Default)]
pub(crate) struct AtRelay {
    pub(crate) told: Vec<UnifiedNumber>,
    pub(crate) withdrawn: Vec<(String, Vec<UnifiedNumber>)>,
    pub(crate) replicas: Vec<(String, ReplicasRequest)>,
    pub(crate) inquiries: BTreeMap<String, InquiryRequest>,
    pub(crate) names: BTreeMap<String, Id128>,
    pub(crate) status: Option<InquiryStatus>,
    pub(crate) short: bool,
}

#[derive(Clone, Default)]
pub(crate) struct Relay {
    seen: Arc<Mutex<AtRelay>>,
    pub(crate) faults: Faults,
}

impl Relay {
    pub(crate) async fn start(ring: &Ring) -> Result<(Self, Running), Failed> {
        let house = ring.house("relay.991015")?;
        let room = house.bare_room().await?;
        let relay = Self::default();
        let rule = peer(RELAY);
        let routes = Routes::of(relay.clone())
            .post(UNIFIED_NUMBERS, rule, tell)
            .post(WITHDRAWALS, rule, withdraw)
            .post(REPLICAS, rule, replicas)
            .post(INQUIRIES, rule, inquire)
            .get(INQUIRY, rule, status);
        let running = serve(&house, Service::new(&room).routes(routes).faults(&relay.faults)).await?;
        Ok((relay, running))
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, AtRelay> {
        self.seen.lock().unwrap()
    }
}

async fn tell(State(relay): State<Relay>, Json(request): Json<UnifiedNumbers>) -> Json<Accepted> {
    let accepted = request.unified_numbers.len() as u64;
    let mut seen = relay.seen();
    for number in request.unified_numbers {
        // told again, it is the same person
        if !seen.told.contains(&number) {
            seen.told.push(number);
        }
    }
    Json(Accepted { accepted })
}

async fn withdraw(State(relay): State<Relay>, once: Once, Json(request): Json<Withdrawals>) -> Json<Accepted> {
    relay.seen().withdrawn.push((once.key().to_owned(), request.unified_numbers));
    Json(Accepted { accepted: 1 })
}

async fn replicas(State(relay): State<Relay>, once: Once, Json(request): Json<ReplicasRequest>) -> Json<ReplicasAnswer> {
    let mut seen = relay.seen();
    let keep = if seen.short { 0 } else { request.rows.len() };
    let rows = request.rows.iter().take(keep).map(|row| {
        let refused = row.business == "refused";
        let problem = refused.then(|| protocol::RowProblem::of_row(1, "older", "a newer one is stored"));
        let digest = (!refused).then(|| row.envelope.digest());
        ReplicaAnswer { unified_number: row.unified_number, digest, problem }
    });
    let answer = ReplicasAnswer { rows: rows.collect() };
    seen.replicas.push((once.key().to_owned(), request));
    Json(answer)
}

async fn inquire(State(relay): State<Relay>, once: Once, Json(request): Json<InquiryRequest>) -> Json<InquiryReceipt> {
    let mut seen = relay.seen();
    seen.inquiries.insert(once.key().to_owned(), request);
    let inquiry = *seen.names.entry(once.key().to_owned()).or_insert_with(|| SystemEntropy.id128());
    Json(InquiryReceipt { inquiry })
}

async fn status(State(relay): State<Relay>, Path(id): Path<Id128>) -> Result<Json<InquiryStatus>, Problem> {
    let seen = relay.seen();
    if !seen.names.values().any(|name| *name == id) {
        return Err(Problem::not_found("the inquiry"));
    }
    let asked = InquiryStatus { state: InquiryState::Asked, reason: None, answer: None, digest: None };
    Ok(Json(seen.status.clone().unwrap_or(asked)))
}

/// The resident network: opens the numbers with its own key.
#[derive(Clone)]
pub(crate) struct Network {
    receiver: Arc<Receiver>,
    party: Party,
    /// Processing number → organisation and number.
    pub(crate) asked: Arc<Mutex<BTreeMap<Id128, (String, String)>>>,
    pub(crate) requests: Arc<Mutex<usize>>,
    pub(crate) faults: Faults,
}

impl Network {
    pub(crate) async fn start(ring: &Ring) -> Result<(Self, Running), Failed> {
        let house = ring.house("resident-network.national")?;
        let room = house.bare_room().await?;
        let network = Self {
            receiver: Arc::new(room.vault().receiver(wire::RING).await?),
            party: house.party.clone(),
            asked: Arc::default(),
            requests: Arc::default(),
            faults: Faults::none(),
        };
        let routes = Routes::of(network.clone()).post(CODE_REQUESTS, peer(NETWORK), codes);
        let running = serve(&house, Service::new(&room).routes(routes).faults(&network.faults)).await?;
        Ok((network, running))
    }
}

async fn codes(State(network): State<Network>, from: wire::Peer, Json(request): Json<CodeRequests>) -> Result<Json<Accepted>, Problem> {
    let batch = Batch { sender: &from.party, receiver: &network.party, kind: CODE_REQUESTS, request: request.request_id };
    let lines = batch.open(&network.receiver, &request.numbers)?;
    *network.requests.lock().unwrap() += 1;
    for (row, number) in request.rows.iter().zip(lines.of_rows(request.rows.len())?) {
        let asked = (request.organisation.to_string(), number.to_owned());
        network.asked.lock().unwrap().insert(row.processing_number, asked);
    }
    Ok(Json(Accepted { accepted: request.rows.len() as u64 }))
}
