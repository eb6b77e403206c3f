//! Opening the relay: its room, its routes, its background task.

use std::sync::Arc;

use office::Office;
use vocabulary::{Party, Purpose};
use wire::rounds::{self, Bell};
use wire::{House, Service};
use work::outbox::{self, Deliverer, Outbox};

use crate::{Relay, codes, inquiries, pages, provision, routes};

/// Why the relay does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The house is not for a municipality's relay.
    #[error("a relay is a municipality's: name the party relay.<municipality code>")]
    Party,
    /// The name of a peer.
    #[error(transparent)]
    Peer(#[from] vocabulary::PartyNameError),
    /// The room.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
}

/// Opens the relay of one municipality.
pub async fn open(house: House) -> Result<Service, OpenError> {
    let municipality = house.party.municipality().ok_or(OpenError::Party)?;
    let room = work::open_room(&house, crate::MIGRATIONS).await?;
    let outbox = Outbox::of(&room, Arc::clone(&house.entropy));
    let office = Office::open(&house, &room, pages::OFFICE).with_outboxes(outbox.clone());
    let relay = Relay {
        office: office.clone(),
        room: room.clone(),
        party: house.party.clone(),
        atena: Party::of("atena", municipality)?,
        registry: Party::of("registry", municipality)?,
        network: Party::national("network")?,
        client: house.client.clone(),
        entropy: Arc::clone(&house.entropy),
        outbox,
    };
    let routes = routes::routes(relay.clone());
    let operators = outbox::routes(relay.outbox.clone(), "relay", routes::OUTBOX);
    let deliverer = Deliverer::new(&relay.outbox, &house)
        .message(codes::ask::WantedCode(relay.clone()))
        .message(inquiries::permit::WantedPermit(relay.clone()))
        .message(provision::send::Answer(relay.clone()));
    let service = office.serve(Service::new(&room).routes(routes).routes(operators), pages::routes(relay.clone()));
    let service = deliverer.serve(service);
    Ok(service.task("expire", move |stop| {
        let caller = house.caller(Purpose::Provision);
        rounds::repeat("expire", Bell::default(), stop, move || {
            let (relay, caller) = (relay.clone(), caller.clone());
            async move { inquiries::permit::expire(&relay, &caller).await }
        })
    }))
}
