//! Stand-ins for relays, the portal and the hub core.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use access::Action;
use axum::extract::State;
use line::Client;
use protocol::Signed;
use protocol::messages::access_records::{AccessRecord, AccessRecords, AccessRecordsRequest};
use protocol::messages::inquiries::Permit;
use protocol::messages::relay::{
    ACCESS_RECORDS, ANSWERS, AnswerDelivery, CODES, Codes, PERMIT_REFUSALS, PERMITS, PermitDelivery, PermitRefusal,
};
use protocol::messages::{Accepted, Code, Outcome, portal};
use seal::Signer;
use seal::hpke::Receiver;
use vocabulary::{Id128, Party, Purpose};
use wire::faults::Faults;
use wire::testing::{Failed, Ring};
use wire::{Json, Once, Problem, Routes, Running, Service, peer, serve};

pub(crate) const RELAY: Action = Action::personal("relay:test.any").for_purpose(Purpose::Provision);
pub(crate) const PORTAL: Action = Action::personal("portal:test.any").for_purpose(Purpose::Numbering);

#[derive(Default)]
pub(crate) struct Got {
    /// The keys under which something came: what comes again under one of them is the same.
    keys: BTreeSet<String>,
    pub(crate) codes: BTreeMap<Id128, Code>,
    pub(crate) deliveries: usize,
    /// Processing numbers whose codes are not taken.
    pub(crate) untakeable: Vec<Id128>,
    pub(crate) permits: Vec<Signed<Permit>>,
    pub(crate) answers: Vec<AnswerDelivery>,
    pub(crate) refusals: Vec<PermitRefusal>,
    pub(crate) records: BTreeMap<Vec<u8>, Vec<AccessRecord>>,
    pub(crate) asked_records: usize,
}

impl Got {
    fn first(&mut self, once: &Once) -> bool {
        self.keys.insert(once.key().to_owned())
    }
}

/// A relay, or the portal as far as it gets codes.
#[derive(Clone)]
pub(crate) struct Organisation {
    pub(crate) party: Party,
    pub(crate) client: Client,
    pub(crate) signer: Arc<Signer>,
    pub(crate) receiver: Arc<Receiver>,
    pub(crate) faults: Faults,
    got: Arc<Mutex<Got>>,
}

impl Organisation {
    pub(crate) async fn start(ring: &Ring, party: &str) -> Result<(Self, Running), Failed> {
        let house = ring.house(party)?;
        let room = house.bare_room().await?;
        let organisation = Self {
            party: house.party.clone(),
            client: house.client.within(std::time::Duration::from_secs(60)),
            signer: Arc::new(room.vault().signer(wire::RING).await?),
            receiver: Arc::new(room.vault().receiver(wire::RING).await?),
            faults: Faults::none(),
            got: Arc::default(),
        };
        let routes = Routes::of(organisation.clone());
        let routes = match house.party.system() {
            "portal" => routes.post(portal::CODES, peer(PORTAL), codes),
            "relay" => {
                let rule = peer(RELAY);
                let routes = routes.post(CODES, rule, codes).post(PERMITS, rule, permit).post(ANSWERS, rule, answer);
                let routes = routes.post(PERMIT_REFUSALS, rule, refusal);
                routes.post(ACCESS_RECORDS, rule.unkeyed(), records)
            }
            _ => routes,
        };
        let running = serve(&house, Service::new(&room).routes(routes).faults(&organisation.faults)).await?;
        Ok((organisation, running))
    }

    pub(crate) fn got(&self) -> MutexGuard<'_, Got> {
        self.got.lock().unwrap()
    }
}

async fn codes(State(me): State<Organisation>, once: Once, Json(request): Json<Codes>) -> Json<Accepted> {
    let mut got = me.got();
    got.deliveries += usize::from(got.first(&once));
    let mut accepted = 0;
    for row in request.rows {
        if !got.untakeable.contains(&row.processing_number) {
            got.codes.insert(row.processing_number, row.code);
            accepted += 1;
        }
    }
    Json(Accepted { accepted })
}

async fn permit(State(me): State<Organisation>, once: Once, Json(delivery): Json<PermitDelivery>) -> Json<Outcome> {
    let mut got = me.got();
    if got.first(&once) {
        got.permits.push(delivery.permit);
    }
    Json(Outcome::of("accepted"))
}

async fn answer(State(me): State<Organisation>, once: Once, Json(delivery): Json<AnswerDelivery>) -> Json<Outcome> {
    let mut got = me.got();
    if got.first(&once) {
        got.answers.push(delivery);
    }
    Json(Outcome::of("accepted"))
}

async fn refusal(State(me): State<Organisation>, once: Once, Json(refusal): Json<PermitRefusal>) -> Json<Outcome> {
    let mut got = me.got();
    if got.first(&once) {
        got.refusals.push(refusal);
    }
    Json(Outcome::of("accepted"))
}

async fn records(State(me): State<Organisation>, Json(request): Json<AccessRecordsRequest>) -> Result<Json<AccessRecords>, Problem> {
    let mut got = me.got();
    got.asked_records += 1;
    let rows = got.records.get(request.code.as_slice()).cloned().ok_or_else(|| Problem::not_found("the code"))?;
    Ok(Json(AccessRecords { rows }))
}
