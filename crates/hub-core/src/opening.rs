//! Opening the number side: the nation's room, the cities' rooms, routes, the background task.

use std::sync::Arc;

use office::Office;
use protocol::messages::{console, hub as messages};
use vocabulary::{Party, Purpose};
use wire::pending::{self, Bell};
use wire::{House, Routes, Service, Stop, peer};

use crate::{Hub, HubError, city::Cities, counts, exchange, pages, registration, results, template};

/// Why the number side does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The house is for another party.
    #[error("the number side of the hub is one for the country: name the party hub-core.national")]
    Party,
    /// The name of a peer.
    #[error(transparent)]
    Peer(#[from] vocabulary::PartyNameError),
    /// The nation's room.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// A city's room.
    #[error(transparent)]
    City(#[from] HubError),
}

/// Opens the number side of the hub.
pub async fn open(house: House) -> Result<Service, OpenError> {
    if house.party.to_string() != "hub-core.national" {
        return Err(OpenError::Party);
    }
    let nation = work::open_room(&house, crate::MIGRATIONS).await?;
    let cities = Cities::default();
    cities.open_all(&house).await?;
    let office = Office::open(&house, &nation, pages::OFFICE);
    let hub = Hub {
        office: office.clone(),
        receiver: Arc::new(nation.vault().receiver(wire::RING).await?),
        nation: nation.clone(),
        cities,
        edge: Party::national("hub-edge")?,
        payers_hub: Party::national("payers-hub")?,
        round: Arc::default(),
        bell: Bell::default(),
        house,
    };
    let routes = Routes::of(hub.clone())
        .put(messages::TEMPLATE, peer(crate::TEMPLATES, Purpose::HubRegistration), template::put)
        .post(messages::REGISTRATION_TASKS, peer(crate::REGISTER, Purpose::HubRegistration), registration::take::take)
        .get(messages::TASK, peer(crate::TASKS, Purpose::HubRegistration), registration::task::read)
        .get(messages::RESULTS, peer(crate::RESULTS, Purpose::ResultEntry), results::read)
        .post(console::EXCHANGE, peer(crate::EXCHANGE, Purpose::HubRegistration).unkeyed(), exchange::asked)
        .get(&console::counts("hub-core"), peer(crate::COUNTS, Purpose::Operation), counts::counts);
    let (bell, of_rooms, of_pages) = (hub.bell.clone(), hub.clone(), hub.clone());
    let exchange = move |stop| {
        pending::send("exchange", bell, stop, move || {
            let hub = hub.clone();
            async move { exchange::round(&hub).await }
        })
    };
    let service = office.serve(Service::new(&nation).routes(routes), pages::routes(of_pages));
    Ok(service.task("exchange", exchange).task("upkeep", move |stop| keep_cities(of_rooms, stop)))
}

/// The nation's room is kept by whoever serves it.
async fn keep_cities(hub: Hub, mut stop: Stop) {
    while stop.sleep(vault::REFRESH_EVERY).await {
        for city in hub.cities.all().await {
            wire::keep_room(&city.room, &hub.house.clock).await;
        }
    }
}
