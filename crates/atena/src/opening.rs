//! Opening atena: its room, its routes, its background task.

use std::sync::Arc;

use office::Office;
use vocabulary::Party;
use wire::{House, Service};
use work::outbox::{self, Deliverer, Outbox};

use crate::persons::tell::{NewNumber, WantedCode, Withdrawal};
use crate::{Atena, pages, routes};

/// Why atena does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The house is not for a municipality's atena.
    #[error("atena is a municipality's: name the party atena.<municipality code>")]
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

/// Opens atena of one municipality.
pub async fn open(house: House) -> Result<Service, OpenError> {
    let municipality = house.party.municipality().ok_or(OpenError::Party)?;
    let room = work::open_room(&house, crate::MIGRATIONS).await?;
    let outbox = Outbox::of(&room, Arc::clone(&house.entropy));
    let office = Office::open(&house, &room, pages::OFFICE).with_outboxes(outbox.clone());
    let atena = Atena {
        office: office.clone(),
        room: room.clone(),
        party: house.party.clone(),
        relay: Party::of("relay", municipality)?,
        resident_network: Party::national("resident-network")?,
        client: house.client.clone(),
        entropy: Arc::clone(&house.entropy),
        outbox,
    };
    let routes = routes::routes(atena.clone());
    let operators = outbox::routes(atena.outbox.clone(), "atena", routes::OUTBOX);
    let deliverer = Deliverer::new(&atena.outbox, &house).message(NewNumber).message(Withdrawal).message(WantedCode(atena.clone()));
    let service = Service::new(&room).routes(routes).routes(operators);
    Ok(deliverer.serve(office.serve(service, pages::routes(atena))))
}
