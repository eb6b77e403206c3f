//! Opening the public side: its room and its routes. It has no background task, because it calls nobody.

use wire::{House, Service};

use crate::{Edge, routes};

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
    let routes = routes::routes(Edge { room: room.clone() });
    Ok(Service::new(&room).routes(routes))
}
