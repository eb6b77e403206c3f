//! Opening the public side: its room and its routes. It has no background task, because it calls nobody.

use protocol::messages::{console, edge as messages};
use vocabulary::Purpose;
use wire::{House, Routes, Service, peer};

use crate::{Edge, counts, people, queue};

/// Why the public side does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The house is for another party.
    #[error("the public side of the hub is one for the country: name the party hub-edge.national")]
    Party,
    /// The room.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
}

/// Opens the public side of the hub.
pub async fn open(house: House) -> Result<Service, OpenError> {
    if house.party.to_string() != "hub-edge.national" {
        return Err(OpenError::Party);
    }
    let room = work::open_room(&house, crate::MIGRATIONS).await?;
    let routes = Routes::of(Edge { room: room.clone() })
        .post(messages::BINDINGS, peer(crate::BIND, Purpose::OwnAccess), people::bind::bind)
        .post(messages::REVOCATIONS, peer(crate::REVOKE, Purpose::OwnAccess), people::bind::revoke)
        .post(messages::QUESTIONNAIRES_READ, peer(crate::QUESTIONNAIRES, Purpose::OwnAccess).unkeyed(), people::read::questionnaires)
        .put(messages::QUESTIONNAIRES, peer(crate::ANSWER, Purpose::OwnAccess), people::answer::answer)
        .post(messages::NOTICES_READ, peer(crate::NOTICES, Purpose::OwnAccess).unkeyed(), people::read::notices)
        .post(messages::RESULTS_READ, peer(crate::RESULTS, Purpose::OwnAccess).unkeyed(), people::read::results)
        .post(messages::RESULTS, peer(crate::ENTER, Purpose::Examination), people::enter::enter)
        .post(messages::DELIVERIES, peer(crate::DELIVERIES, Purpose::HubRegistration), queue::deliver::take)
        .get(messages::COLLECTIONS, peer(crate::COLLECTIONS, Purpose::HubRegistration), queue::collect::give)
        .get(&console::counts("hub-edge"), peer(crate::COUNTS, Purpose::Operation), counts::counts);
    Ok(Service::new(&room).routes(routes))
}
