//! Online eligibility, resident network, network system and hub edge, as far as the portal asks them: real HTTP over real TLS.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use access::Action;
use axum::extract::State;
use line::Client;
use protocol::Private;
use protocol::messages::access_records::{AccessHistory, AccessHistoryRequest};
use protocol::messages::checkups::{Notices, QuestionnaireSheet, Questionnaires, ResultSheet, Results};
use protocol::messages::edge::{self, AnswersEntry, Binding, OfPerson, ResultEntry};
use protocol::messages::my_key::{IDENTIFIERS, Identifier, IdentifierRequest};
use protocol::messages::online_eligibility::{FIRST_USES, FirstUse, FirstUseAnswer};
use protocol::messages::portal::{CODES, Codes};
use protocol::messages::relay::CodeRow;
use protocol::messages::resident_network::{AUTHORITY, CardAuthority, PORTAL_CODES, PortalCodeRequest};
use protocol::messages::{Accepted, Code, Octets, Outcome};
use vocabulary::{Entropy, Id128, Party, Purpose, SystemEntropy};
use wire::{Json, Once, Problem, Routes, peer};

pub(crate) const ELIGIBILITY: Action = Action::plain("online-eligibility:test.any").for_purpose(Purpose::Numbering);
pub(crate) const MY_KEY: Action = Action::plain("my-key:test.any").for_purpose(Purpose::OwnAccess);
pub(crate) const RESIDENT_NETWORK: Action = Action::plain("resident-network:test.any").for_purpose(Purpose::Numbering);
pub(crate) const NETWORK: Action = Action::plain("network:test.any").for_purpose(Purpose::OwnAccess);
pub(crate) const EDGE: Action = Action::plain("hub-edge:test.any").for_purpose(Purpose::OwnAccess);

/// What the neighbours know and were told.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) insured: BTreeMap<String, (Id128, Vec<Id128>)>,
    pub(crate) first_uses: usize,
    /// What the My Key platform made of each card for the hub.
    pub(crate) identifiers: BTreeMap<String, Id128>,
    pub(crate) bindings: BTreeMap<Id128, Id128>,
    pub(crate) binding_requests: Vec<(Id128, Id128)>,
    pub(crate) sheets: BTreeMap<Id128, Vec<QuestionnaireSheet>>,
    pub(crate) answers: usize,
    /// The results, each once: what arrives again under its key is the same one.
    pub(crate) results: Vec<ResultEntry>,
    entered: BTreeSet<String>,
    pub(crate) revoked: Vec<String>,
    pub(crate) code_wishes: Vec<PortalCodeRequest>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) histories: Vec<Code>,
}

#[derive(Clone)]
pub(crate) struct Neighbours {
    pub(crate) seen: Arc<Mutex<Seen>>,
    pub(crate) authority: Arc<Vec<u8>>,
    pub(crate) network: Client,
    pub(crate) portal: Party,
}

pub(crate) fn online_eligibility(state: Neighbours) -> Routes<Neighbours> {
    Routes::of(state).post(FIRST_USES, peer(ELIGIBILITY).unkeyed(), first_use)
}

async fn first_use(State(all): State<Neighbours>, Json(request): Json<FirstUse>) -> Result<Json<FirstUseAnswer>, Problem> {
    let mut seen = all.seen.lock().unwrap();
    seen.first_uses += 1;
    let (pseudonym, keys) = seen.insured.get(&request.certificate_serial).ok_or_else(|| Problem::not_found("the certificate"))?;
    let pmh_keys = keys.iter().copied().map(Private::new).collect();
    Ok(Json(FirstUseAnswer { pseudonym: Private::new(*pseudonym), pmh_keys }))
}

pub(crate) fn my_key(state: Neighbours) -> Routes<Neighbours> {
    Routes::of(state).post(IDENTIFIERS, peer(MY_KEY).unkeyed(), identify)
}

async fn identify(State(all): State<Neighbours>, Json(request): Json<IdentifierRequest>) -> Json<Identifier> {
    assert_eq!(request.linked.to_string(), "hub-edge.national", "people are linked to the hub's public side");
    let mut seen = all.seen.lock().unwrap();
    let identifier = *seen.identifiers.entry(request.certificate_serial).or_insert_with(|| SystemEntropy.id128());
    Json(Identifier { identifier: Private::new(identifier) })
}

pub(crate) fn resident_network(state: Neighbours) -> Routes<Neighbours> {
    let rule = peer(RESIDENT_NETWORK);
    Routes::of(state).get(AUTHORITY, rule, authority).post(PORTAL_CODES, rule, code_wish)
}

async fn authority(State(all): State<Neighbours>) -> Json<CardAuthority> {
    Json(CardAuthority { certificate: Octets(all.authority.to_vec()), revoked: all.seen.lock().unwrap().revoked.clone() })
}

/// The real ones take the long way; here the network system brings the code at once.
async fn code_wish(State(all): State<Neighbours>, Json(request): Json<PortalCodeRequest>) -> Json<Accepted> {
    let code = {
        let mut seen = all.seen.lock().unwrap();
        seen.code_wishes.push(request.clone());
        seen.codes.entry(request.certificate_serial).or_insert_with(|| Code::from(SystemEntropy.key().to_vec())).clone()
    };
    tokio::spawn(async move {
        let codes = Codes { rows: vec![CodeRow { processing_number: request.processing_number, code }] };
        let _: Result<Accepted, _> = all.network.post(&all.portal, CODES, SystemEntropy.id128(), &codes).await;
    });
    Json(Accepted { accepted: 1 })
}

pub(crate) fn network(state: Neighbours) -> Routes<Neighbours> {
    let rule = peer(NETWORK).unkeyed();
    Routes::of(state).post(protocol::messages::network::ACCESS_RECORDS, rule, history)
}

async fn history(State(all): State<Neighbours>, Json(request): Json<AccessHistoryRequest>) -> Json<AccessHistory> {
    all.seen.lock().unwrap().histories.push(request.portal_code);
    Json(AccessHistory { rows: Vec::new(), missing: vec!["991015".parse().unwrap()] })
}

pub(crate) fn hub_edge(state: Neighbours) -> Routes<Neighbours> {
    let rule = peer(EDGE);
    Routes::of(state)
        .post(edge::BINDINGS, rule, bind)
        .post(edge::QUESTIONNAIRES_READ, rule.unkeyed(), questionnaires)
        .put(edge::QUESTIONNAIRES, rule, answer)
        .post(edge::NOTICES_READ, rule.unkeyed(), notices)
        .post(edge::RESULTS_READ, rule.unkeyed(), results)
        .post(edge::RESULTS, rule, enter)
}

async fn bind(State(all): State<Neighbours>, Json(request): Json<Binding>) -> Result<Json<Outcome>, Problem> {
    let (key, pseudonym) = (*request.pmh_key.expose(), *request.pmh_pseudonym.expose());
    let mut seen = all.seen.lock().unwrap();
    seen.binding_requests.push((key, pseudonym));
    let other = seen.bindings.iter().any(|(there, bound)| (*bound == key) != (*there == pseudonym));
    if other {
        return Err(Problem::conflict("bound-otherwise", "a pseudonym binds to one key, once"));
    }
    seen.bindings.insert(pseudonym, key);
    Ok(Json(Outcome::of("bound")))
}

fn key_of(seen: &Seen, pseudonym: &Private<Id128>) -> Result<Id128, Problem> {
    seen.bindings.get(pseudonym.expose()).copied().ok_or_else(|| Problem::not_found("the pseudonym"))
}

async fn questionnaires(State(all): State<Neighbours>, Json(request): Json<OfPerson>) -> Result<Json<Questionnaires>, Problem> {
    let seen = all.seen.lock().unwrap();
    let key = key_of(&seen, &request.pmh_pseudonym)?;
    Ok(Json(Questionnaires { rows: seen.sheets.get(&key).cloned().unwrap_or_default() }))
}

async fn answer(State(all): State<Neighbours>, Json(request): Json<AnswersEntry>) -> Result<Json<Outcome>, Problem> {
    let mut seen = all.seen.lock().unwrap();
    let key = key_of(&seen, &request.pmh_pseudonym)?;
    let sheet = seen.sheets.get_mut(&key).and_then(|sheets| sheets.iter_mut().find(|sheet| sheet.id == request.id));
    sheet.ok_or_else(|| Problem::not_found("the questionnaire"))?.answers = request.answers;
    seen.answers += 1;
    Ok(Json(Outcome::of("accepted")))
}

async fn notices(State(all): State<Neighbours>, Json(request): Json<OfPerson>) -> Result<Json<Notices>, Problem> {
    key_of(&all.seen.lock().unwrap(), &request.pmh_pseudonym)?;
    Ok(Json(Notices { rows: Vec::new() }))
}

async fn results(State(all): State<Neighbours>, Json(request): Json<OfPerson>) -> Result<Json<Results>, Problem> {
    let seen = all.seen.lock().unwrap();
    key_of(&seen, &request.pmh_pseudonym)?;
    let own = seen.results.iter().filter(|entry| entry.pmh_pseudonym == request.pmh_pseudonym).map(|entry| ResultSheet {
        id: entry.result.id,
        municipality: "991015".parse().unwrap(),
        programme: entry.result.programme.clone(),
        fiscal_year: entry.result.fiscal_year,
        examined_on: entry.result.examined_on,
        institution: Some(entry.result.institution),
        items: entry.result.items.clone(),
    });
    Ok(Json(Results { rows: own.collect() }))
}

async fn enter(State(all): State<Neighbours>, once: Once, Json(request): Json<ResultEntry>) -> Result<Json<Outcome>, Problem> {
    let mut seen = all.seen.lock().unwrap();
    key_of(&seen, &request.pmh_pseudonym)?;
    if request.result.items.expose().contains_key("refused") {
        return Err(Problem::unprocessable("bad-item", "the programme has no such item"));
    }
    if seen.entered.insert(once.key().to_owned()) {
        seen.results.push(request);
    }
    Ok(Json(Outcome::of("accepted")))
}
