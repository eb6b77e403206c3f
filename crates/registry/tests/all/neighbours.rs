//! Atena and the hub as this test plays them: real lines, and everything they got is kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use access::{Action, SystemPolicies};
use axum::extract::State;
use protocol::messages::atena::{self, PersonAnswer, PersonsAnswer, PersonsRequest, ReplicaAnswer, ReplicasAnswer, ReplicasRequest};
use protocol::messages::hub::{
    self, HubResult, HubResults, RegistrationRow, RowState, TaskReceipt, TaskRow, TaskState, TaskStatus, Template,
};
use protocol::messages::inquiries::{InquiryReceipt, InquiryState, InquiryStatus, Replica, ReplicaRecord};
use protocol::messages::{After, Octets, Outcome};
use protocol::sealing::Batch;
use protocol::signed::Head;
use protocol::{RowProblem, Signed};
use seal::Signer;
use seal::hpke::Receiver;
use vocabulary::{Date, Entropy as _, FiscalYear, Id128, Party, Purpose, SystemEntropy, UnifiedNumber};
use wire::testing::Failed;
use wire::{House, Json, Later, Once, Path, Peer, Problem, Query, Routes, Service, peer};

pub(crate) const ATENA: Action = Action::number("atena:all.take").for_purpose(Purpose::Numbering);
pub(crate) const HUB: Action = Action::number("hub-core:all.take").for_purpose(Purpose::HubRegistration);
const PLAY: &str = "@id(\"SYSTEM-played\")\npermit (principal, action == Action::\"SYSTEM:all.take\", resource);\n";

/// What both keep.
#[derive(Default)]
pub(crate) struct Got {
    pub(crate) numbers: Vec<String>,
    pub(crate) replicas: HashMap<(String, String), Signed<Replica>>,
    pub(crate) replica_rounds: u32,
    pub(crate) inquiries: HashMap<String, String>,
    pub(crate) templates: HashMap<String, Template>,
    pub(crate) tasks: HashMap<String, Vec<RegistrationRow<String>>>,
    pub(crate) results: Vec<HubResult>,
    /// Atena refuses every request in which this resident stands.
    pub(crate) poison: Option<String>,
    /// Whoever is asked about has a replica.
    pub(crate) all_are_answered: bool,
    /// The hub refuses every task.
    pub(crate) hub_refuses: bool,
    /// The hub is not there for tasks now.
    pub(crate) hub_is_busy: bool,
    /// The hub has not done its tasks yet.
    pub(crate) hub_takes_its_time: bool,
}

#[derive(Clone)]
pub(crate) struct Neighbour {
    pub(crate) got: Arc<Mutex<Got>>,
    party: Party,
    receiver: Arc<Receiver>,
    /// Of the city that is asked.
    pub(crate) provider: Option<(Party, Party, Arc<Signer>)>,
}

pub(crate) fn policies(texts: &[String; 2]) -> [SystemPolicies<'_>; 2] {
    [
        SystemPolicies { system: "atena", actions: &[&[ATENA]], text: &texts[0] },
        SystemPolicies { system: "hub-core", actions: &[&[HUB]], text: &texts[1] },
    ]
}

pub(crate) fn texts() -> [String; 2] {
    ["atena", "hub-core"].map(|system| PLAY.replace("SYSTEM", system))
}

pub(crate) async fn atena(house: &House, got: Arc<Mutex<Got>>, provider: Option<(Party, Party, Arc<Signer>)>) -> Result<Service, Failed> {
    let room = house.bare_room().await?;
    let neighbour = Neighbour { got, party: house.party.clone(), receiver: Arc::new(room.vault().receiver(wire::RING).await?), provider };
    let rule = peer(ATENA);
    let routes = Routes::of(neighbour)
        .post(atena::PERSONS, rule, persons)
        .post(atena::REPLICAS, rule, replicas)
        .post(atena::INQUIRIES, rule, inquire)
        .get(atena::INQUIRY, rule, status);
    Ok(Service::new(&room).routes(routes))
}

pub(crate) async fn hub(house: &House, got: Arc<Mutex<Got>>) -> Result<Service, Failed> {
    let room = house.bare_room().await?;
    let neighbour =
        Neighbour { got, party: house.party.clone(), receiver: Arc::new(room.vault().receiver(wire::RING).await?), provider: None };
    let rule = peer(HUB);
    let routes = Routes::of(neighbour)
        .put(hub::TEMPLATE, rule, template)
        .post(hub::REGISTRATION_TASKS, rule, register)
        .get(hub::TASK, rule, task)
        .get(hub::RESULTS, rule, results);
    Ok(Service::new(&room).routes(routes))
}

async fn persons(State(me): State<Neighbour>, from: Peer, Json(request): Json<PersonsRequest>) -> Result<Json<PersonsAnswer>, Problem> {
    let batch = Batch { sender: &from.party, receiver: &me.party, kind: atena::PERSONS, request: request.request_id };
    let lines = batch.open(&me.receiver, &request.numbers)?;
    let numbers: Vec<String> = lines.of_rows(request.rows.len())?.into_iter().map(str::to_owned).collect();
    let rows = request.rows.iter().map(|row| PersonAnswer {
        resident_number: row.resident_number,
        unified_number: row.resident_number.as_str().parse().ok().and_then(|serial| UnifiedNumber::from_serial(serial).ok()),
        problem: None,
    });
    let rows = rows.collect();
    me.got.lock().unwrap().numbers.extend(numbers);
    Ok(Json(PersonsAnswer { rows }))
}

/// At first the relay has not heard of anybody.
async fn replicas(State(me): State<Neighbour>, Json(request): Json<ReplicasRequest>) -> Result<Json<ReplicasAnswer>, Problem> {
    let mut got = me.got.lock().unwrap();
    if request.rows.iter().any(|row| Some(row.resident_number.as_str()) == got.poison.as_deref()) {
        return Err(Problem::unprocessable("poison", "one of them"));
    }
    got.replica_rounds += 1;
    let first = got.replica_rounds == 1;
    let mut rows = Vec::new();
    for row in request.rows {
        let problem = first.then(|| RowProblem::of_field(0, "unifiedNumber", "unknown", "not yet"));
        rows.push(ReplicaAnswer { resident_number: row.resident_number, digest: (!first).then(|| row.envelope.digest()), problem });
        if !first {
            got.replicas.insert((row.resident_number.to_string(), row.information), row.envelope);
        }
    }
    Ok(Json(ReplicasAnswer { rows }))
}

async fn inquire(
    State(me): State<Neighbour>,
    once: Once,
    Json(request): Json<atena::InquiryRequest>,
) -> Result<Json<InquiryReceipt>, Problem> {
    let inquiry: Id128 = once.key().parse().map_err(|_| Problem::bad_request("key", "no id"))?;
    let mut got = me.got.lock().unwrap();
    if Some(request.resident_number.as_str()) == got.poison.as_deref() {
        return Err(Problem::unprocessable("poison", "this one"));
    }
    got.inquiries.insert(inquiry.to_string(), request.resident_number.to_string());
    Ok(Json(InquiryReceipt { inquiry }))
}

/// Where not all are answered, the first resident has a replica there, the second has one that somebody else signed for, of the third nobody answers the first time,
/// everybody else has none.
async fn status(State(me): State<Neighbour>, Path(inquiry): Path<Id128>) -> Result<Json<InquiryStatus>, Problem> {
    let resident = me.got.lock().unwrap().inquiries.get(&inquiry.to_string()).cloned().unwrap_or_default();
    let (sender, receiver, signer) = me.provider.clone().ok_or_else(|| Problem::not_found("nobody"))?;
    let none = InquiryStatus { state: InquiryState::Refused, reason: Some("noReplica".to_owned()), answer: None, digest: None };
    let all_are_answered = me.got.lock().unwrap().all_are_answered;
    let receiver = match resident.as_str() {
        _ if all_are_answered => receiver,
        "1" => receiver,
        "2" => me.party.clone(),
        "3" if me.got.lock().unwrap().inquiries.values().filter(|number| number.as_str() == "3").count() == 1 => {
            return Ok(Json(InquiryStatus { state: InquiryState::Expired, ..none }));
        }
        _ => return Ok(Json(none)),
    };
    let issued = "2026-06-01T00:00:00Z".parse().unwrap();
    let head = Head { sender, receiver, number: SystemEntropy.id128(), issued, expires: issued };
    let on = Date::constant(2025, 5, 1);
    let record =
        ReplicaRecord { fiscal_year: FiscalYear(2025), programme: "stomach".to_owned(), examined_on: on, items: Default::default() };
    let replica = Replica {
        business: "health_promotion".to_owned(),
        information: "stomach_screening".to_owned(),
        made_on: on,
        no_automatic_answer: false,
        not_disclosed: false,
        records: vec![record],
    };
    let answer = Octets(Signed::seal(&head, &replica, &signer).unwrap().into_bytes());
    Ok(Json(InquiryStatus { state: InquiryState::Answered, reason: None, digest: Some(answer.digest()), answer: Some(answer) }))
}

async fn template(State(me): State<Neighbour>, Path(id): Path<String>, Json(template): Json<Template>) -> Result<Json<Outcome>, Problem> {
    me.got.lock().unwrap().templates.insert(id, template);
    Ok(Json(Outcome::of("accepted")))
}

async fn register(
    State(me): State<Neighbour>,
    once: Once,
    Json(rows): Json<Vec<RegistrationRow<String>>>,
) -> Result<Later<TaskReceipt>, Problem> {
    let task: Id128 = once.key().parse().map_err(|_| Problem::bad_request("key", "no id"))?;
    let mut got = me.got.lock().unwrap();
    if got.hub_is_busy {
        return Err(Problem::unavailable("later"));
    }
    if got.hub_refuses {
        return Err(Problem::unprocessable("asked", "not today"));
    }
    got.tasks.insert(task.to_string(), rows);
    Ok(Later(TaskReceipt { task }))
}

async fn task(State(me): State<Neighbour>, Path(task): Path<Id128>) -> Result<Json<TaskStatus>, Problem> {
    let got = me.got.lock().unwrap();
    let rows = got.tasks.get(&task.to_string()).ok_or_else(|| Problem::not_found("no such task"))?;
    let rows = (1..).zip(rows).map(|(row, person)| TaskRow {
        row,
        municipality_identity_key: person.municipality_identity_key.clone(),
        state: RowState::Registered,
        errors: Vec::new(),
    });
    let state = if got.hub_takes_its_time { TaskState::Running } else { TaskState::Done };
    Ok(Json(TaskStatus { state, rows: rows.collect() }))
}

async fn results(State(me): State<Neighbour>, Query(After { after }): Query<After>) -> Result<Json<HubResults>, Problem> {
    let rows = me.got.lock().unwrap().results.iter().filter(|row| row.sequence > after).cloned().collect();
    Ok(Json(HubResults { rows }))
}
