//! Opening the portal: its room, its routes, its background task.

use std::sync::Arc;

use protocol::messages::{console, portal as messages};
use vocabulary::{Party, Purpose};
use wire::pending::{self, Bell};
use wire::{House, Routes, Service, anyone, peer, session};
use work::outbox::{self, Deliverer, Outbox};

use super::{Portal, Purposes, authority, challenges, codes, consents, counts, log_in, own, records, sessions, upkeep, visits};

/// Why the portal does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The house is for another party.
    #[error("{0} is not the portal: name the party portal.national")]
    NoSuchParty(&'static str),
    /// The name of a peer.
    #[error(transparent)]
    Peer(#[from] vocabulary::PartyNameError),
    /// The room.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
}

/// Opens the portal with the purpose texts of today.
pub async fn open(house: House) -> Result<Service, OpenError> {
    open_with(house, Purposes::current()).await
}

/// Opens the portal with these purpose texts; a consent to any other version counts no more.
pub async fn open_with(house: House, purposes: Purposes) -> Result<Service, OpenError> {
    if house.party.system() != "portal" {
        return Err(OpenError::NoSuchParty(house.party.system()));
    }
    let room = work::open_room(&house, super::MIGRATIONS).await?;
    let portal = Portal {
        room: room.clone(),
        client: house.client.clone(),
        entropy: Arc::clone(&house.entropy),
        purposes: Arc::new(purposes),
        authority: Arc::new(authority::Cache::default()),
        outbox: Outbox::of(&room, Arc::clone(&house.entropy)),
        online_eligibility: Party::national("online-eligibility")?,
        my_key: Party::national("my-key")?,
        resident_network: Party::national("resident-network")?,
        network: Party::national("network")?,
        edge: Party::national("hub-edge")?,
        house,
    };
    let routes = Routes::of(portal.clone())
        .post(messages::CODES, peer(super::CODES, Purpose::Numbering), codes::take)
        .post(messages::CHALLENGES, anyone(super::CHALLENGES), challenges::give)
        // the answer is a token, which must not be kept to be given again: who lost it logs in again
        .post(messages::SESSIONS, anyone(super::SESSIONS), log_in::open)
        .post(messages::CONSENTS, session(super::CONSENTS, Purpose::OwnAccess).keyed(), consents::give)
        .get(messages::QUESTIONNAIRES, session(super::QUESTIONNAIRES, Purpose::OwnAccess), own::questionnaires)
        .put(messages::QUESTIONNAIRES, session(super::ANSWER, Purpose::OwnAccess).keyed(), own::answer)
        .get(messages::NOTICES, session(super::NOTICES, Purpose::OwnAccess), own::notices)
        .get(messages::RESULTS, session(super::RESULTS, Purpose::OwnAccess), own::results)
        .get(messages::ACCESS_RECORDS, session(super::RECORDS, Purpose::OwnAccess), records::read)
        .post(messages::VISITS, peer(super::VISIT_START, Purpose::Examination).unkeyed(), visits::start::start)
        .get(messages::VISIT_QUESTIONNAIRE, peer(super::VISIT_READ, Purpose::Examination), visits::questionnaire::read)
        .post(messages::VISIT_RESULT, peer(super::VISIT_ENTER, Purpose::ResultEntry), visits::result::enter)
        .post(messages::VISIT_CLOSE, peer(super::VISIT_CLOSE, Purpose::Examination), visits::close::close)
        .get(&console::counts("portal"), peer(super::COUNTS, Purpose::Operation), counts::counts);
    let operators = outbox::routes(portal.outbox.clone(), "portal", super::OUTBOX, super::MEND);
    let deliverer = Deliverer::new(&portal.outbox, &portal.house).message(codes::WantedCode);
    let people = sessions::People(portal.clone());
    let service = Service::new(&room).public().sessions(people).routes(routes).routes(operators);
    let upkeep = move |stop| pending::send("upkeep", Bell::default(), stop, move || upkeep::round(portal.clone()));
    Ok(deliverer.serve(service).task("upkeep", upkeep))
}
