//! Stand-ins for atena and the network system.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use access::Action;
use axum::extract::State;
use jiff::SignedDuration;
use line::Client;
use protocol::Signed;
use protocol::messages::atena::{CODE_REQUESTS, CodeRequests};
use protocol::messages::inquiries::{Permission, PermissionList, Permit, PermitRequest};
use protocol::messages::network::{
    ANSWERS, AnswerDelivery, PERMISSION_LIST, PERMIT_REQUESTS, PermissionListAnswer, PermitAnswer, PermitAsk,
};
use protocol::messages::{Accepted, Code, Outcome};
use protocol::signed::{Expected, Head};
use seal::Signer;
use seal::hpke::Receiver;
use vocabulary::{Clock, Entropy, Id128, Party, Purpose, SystemEntropy};
use wire::faults::Faults;
use wire::testing::{Failed, Ring};
use wire::{House, Json, Peer, Problem, Routes, Running, Service, peer, serve};

pub(crate) const ATENA: Action = Action::personal("atena:test.any").for_purpose(Purpose::Numbering);
pub(crate) const NETWORK: Action = Action::personal("network:test.any").for_purpose(Purpose::Inquiry);

/// Atena: keeps for whom codes were wanted.
#[derive(Clone, Default)]
pub(crate) struct Atena {
    /// Unified number → processing number.
    pub(crate) wanted: Arc<Mutex<BTreeMap<String, Id128>>>,
    pub(crate) requests: Arc<Mutex<usize>>,
    /// Says that it knows one fewer.
    pub(crate) forgetful: Arc<Mutex<bool>>,
    pub(crate) faults: Faults,
}

impl Atena {
    pub(crate) async fn start(ring: &Ring, party: &str) -> Result<(Self, Running), Failed> {
        let house = ring.house(party)?;
        let room = house.bare_room().await?;
        let atena = Self::default();
        let routes = Routes::of(atena.clone()).post(CODE_REQUESTS, peer(ATENA), wanted);
        let running = serve(&house, Service::new(&room).routes(routes).faults(&atena.faults)).await?;
        Ok((atena, running))
    }
}

async fn wanted(State(atena): State<Atena>, Json(request): Json<CodeRequests>) -> Json<Accepted> {
    *atena.requests.lock().unwrap() += 1;
    let accepted = request.rows.len() as u64 - u64::from(*atena.forgetful.lock().unwrap());
    for row in request.rows {
        atena.wanted.lock().unwrap().insert(row.unified_number.to_string(), row.processing_number);
    }
    Json(Accepted { accepted })
}

/// A permit that was given.
#[derive(Clone)]
pub(crate) struct Given {
    pub(crate) permit: Permit,
    pub(crate) for_provider: Signed<Permit>,
    for_asker: Signed<Permit>,
}

/// What goes wrong with permits.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Twist {
    ReceivingKey,
    Inquiry,
}

pub(crate) struct AtNetwork {
    pub(crate) asked: usize,
    pub(crate) given: Vec<Given>,
    /// The answers, each once: what arrives again under its key is the same one.
    pub(crate) answers: Vec<(Party, AnswerDelivery)>,
    /// How often an answer arrived under each key.
    pub(crate) arrived: BTreeMap<String, usize>,
    /// Of each person, the code of each organisation.
    pub(crate) people: Vec<BTreeMap<String, Code>>,
    pub(crate) version: u64,
    pub(crate) life: SignedDuration,
    pub(crate) rows: Vec<Permission>,
    pub(crate) refuse: Option<Problem>,
    pub(crate) twist: Option<Twist>,
}

#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) client: Client,
    pub(crate) party: Party,
    pub(crate) signer: Arc<Signer>,
    pub(crate) receiver: Arc<Receiver>,
    clock: Arc<dyn Clock>,
    seen: Arc<Mutex<AtNetwork>>,
    pub(crate) faults: Faults,
}

impl Network {
    pub(crate) async fn start(ring: &Ring) -> Result<(Self, Running), Failed> {
        let house: House = ring.house("network.national")?;
        let room = house.bare_room().await?;
        let row = Permission {
            asker: "*".to_owned(),
            provider: "*".to_owned(),
            business: "health".to_owned(),
            information: "stomach_screening".to_owned(),
        };
        let seen = AtNetwork {
            asked: 0,
            given: Vec::new(),
            answers: Vec::new(),
            arrived: BTreeMap::new(),
            people: Vec::new(),
            version: 202604,
            life: SignedDuration::from_hours(24),
            rows: vec![row],
            refuse: None,
            twist: None,
        };
        let network = Self {
            client: house.client.clone(),
            party: house.party.clone(),
            signer: Arc::new(room.vault().signer(wire::RING).await?),
            receiver: Arc::new(room.vault().receiver(wire::RING).await?),
            clock: house.clock.clone(),
            seen: Arc::new(Mutex::new(seen)),
            faults: Faults::none(),
        };
        let rule = peer(NETWORK);
        let routes =
            Routes::of(network.clone()).get(PERMISSION_LIST, rule, list).post(PERMIT_REQUESTS, rule, permit).post(ANSWERS, rule, answer);
        let running = serve(&house, Service::new(&room).routes(routes).faults(&network.faults)).await?;
        Ok((network, running))
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, AtNetwork> {
        self.seen.lock().unwrap()
    }

    pub(crate) fn head(&self, receiver: &Party, life: SignedDuration) -> Head {
        let issued = self.clock.now();
        let (sender, receiver) = (self.party.clone(), receiver.clone());
        Head { sender, receiver, number: SystemEntropy.id128(), issued, expires: issued + life }
    }

    /// A permit signed for a relay.
    pub(crate) fn sign(&self, permit: &Permit, receiver: &Party) -> Signed<Permit> {
        Signed::seal(&self.head(receiver, SignedDuration::from_mins(10)), permit, &self.signer).unwrap()
    }
}

async fn list(State(network): State<Network>, from: Peer) -> Json<PermissionListAnswer> {
    let (version, life, rows) = {
        let seen = network.seen();
        (seen.version, seen.life, seen.rows.clone())
    };
    let head = network.head(&from.party, life);
    let list = PermissionList { version, expires: head.expires, rows };
    Json(PermissionListAnswer { list: Signed::seal(&head, &list, &network.signer).unwrap() })
}

/// The same request again gets the same permit, as from the real one.
async fn permit(State(network): State<Network>, from: Peer, Json(ask): Json<PermitAsk>) -> Result<Json<PermitAnswer>, Problem> {
    let keys = network.client.keys(&from.party).await?.verifying_keys().unwrap();
    let expected = Expected { sender: &from.party, receiver: &network.party, keys: &keys };
    let request: PermitRequest = ask.request.open(&expected, network.clock.now())?.body;
    let mut seen = network.seen();
    seen.asked += 1;
    if let Some(problem) = seen.refuse.take() {
        return Err(problem);
    }
    if let Some(given) = seen.given.iter().find(|given| given.permit.processing_number == request.processing_number) {
        return Ok(Json(PermitAnswer { permit: given.for_asker.clone() }));
    }
    if request.list_version != seen.version {
        return Err(Problem::conflict(protocol::messages::network::LIST_CHANGED, "fetch it again"));
    }
    let of = |organisation: &Party| organisation.to_string();
    let person = seen.people.iter().find(|codes| codes.get(&of(&from.party)) == Some(&request.code)).cloned();
    let person = person.ok_or_else(|| Problem::not_found("the code"))?;
    let provider = Party::of("relay", request.inquiry.provider).unwrap();
    let mut receiving_key = request.receiving_key.clone();
    let mut inquiry = request.inquiry.clone();
    match seen.twist.take() {
        Some(Twist::ReceivingKey) => receiving_key = network.receiver.public().clone(),
        Some(Twist::Inquiry) => inquiry.procedure = "another".to_owned(),
        None => {}
    }
    let mut permit = Permit {
        permit: SystemEntropy.id128(),
        processing_number: request.processing_number,
        asker: from.party.municipality().unwrap(),
        inquiry,
        code: person.get(&of(&provider)).cloned().unwrap_or_else(|| Code::from(vec![0; 32])),
        receiving_key,
        list_version: seen.version,
    };
    let for_provider = network.sign(&permit, &provider);
    let given = permit.clone();
    permit.code = request.code;
    let for_asker = network.sign(&permit, &from.party);
    seen.given.push(Given { permit: given, for_provider, for_asker: for_asker.clone() });
    Ok(Json(PermitAnswer { permit: for_asker }))
}

/// One answer a permit, as at the real one.
async fn answer(State(network): State<Network>, from: Peer, Json(delivery): Json<AnswerDelivery>) -> Json<Outcome> {
    let mut seen = network.seen();
    let times = seen.arrived.entry(delivery.processing_number.to_string()).or_default();
    *times += 1;
    if *times == 1 {
        seen.answers.push((from.party, delivery));
    }
    Json(Outcome::of("accepted"))
}
