//! Opening the portal: its room, its routes, its background task.

use std::sync::Arc;

use vocabulary::Party;
use wire::rounds::{self, Bell};
use wire::{House, Service};
use work::outbox::{self, Deliverer, Outbox};

use super::{Portal, Purposes, authority, codes, routes, sessions, upkeep};

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
    let routes = routes::routes(portal.clone());
    let operators = outbox::routes(portal.outbox.clone(), "portal", routes::OUTBOX);
    let deliverer = Deliverer::new(&portal.outbox, &portal.house).message(codes::WantedCode);
    let people = sessions::People(portal.clone());
    let service = Service::new(&room).public().sessions(people).routes(routes).routes(operators);
    let upkeep = move |stop| rounds::repeat("upkeep", Bell::default(), stop, move || upkeep::round(portal.clone()));
    Ok(deliverer.serve(service).task("upkeep", upkeep))
}
