//! Opening the number side: the nation's room, the cities' rooms, routes, the background task.

use std::collections::HashSet;
use std::sync::Arc;

use office::Office;
use tokio::task::JoinSet;
use vocabulary::Party;
use wire::rounds::{self, Bell};
use wire::{House, Service, Stop};
use work::jobs::{Jobs, SystemWork};
use work::outbox::{self, Deliverer, Outboxes};

use crate::{Hub, HubError, city::Cities, exchange, pages, routes};

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
    /// Work that a second person approves.
    #[error(transparent)]
    SecondPerson(#[from] work::jobs::UnknownWork),
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
    let outboxes = Outboxes::of({
        let cities = cities.clone();
        move || {
            let cities = cities.clone();
            async move { cities.all().await.into_iter().map(|city| city.outbox).collect() }
        }
    });
    let work = SystemWork::of(house.party.system(), crate::work_kinds(), &house.policies, &house.setting.second_person)?;
    let jobs = Jobs::of(&nation, Arc::clone(&house.entropy), "/hub/v1", work);
    let office = Office::open(&house, &nation, pages::OFFICE).with_outboxes(outboxes.clone()).with_jobs(&jobs);
    let hub = Hub {
        office: office.clone(),
        nation: nation.clone(),
        cities,
        edge: Party::national("hub-edge")?,
        round: Arc::default(),
        wrong: Arc::default(),
        bell: Bell::default(),
        house,
    };
    let routes = routes::routes(hub.clone());
    let (runner, asked) = exchange::kinds().over(hub.clone()).into_runner(&jobs);
    let of_jobs = work::jobs::routes(&jobs, crate::JOBS);
    let (bell, of_rooms, of_pages) = (hub.bell.clone(), hub.clone(), hub.clone());
    let exchange = move |stop| {
        rounds::repeat("exchange", bell, stop, move || {
            let hub = hub.clone();
            async move { exchange::round(&hub).await }
        })
    };
    let operators = outbox::routes(outboxes.clone(), "hub-core", routes::OUTBOX);
    let service = Service::new(&nation).routes(routes).routes(asked).routes(of_jobs).routes(operators);
    let service = office.serve(service, pages::routes(of_pages));
    let of_cities = of_rooms.cities.clone();
    let service = service.telling("cities", move || {
        let left: Vec<String> = of_cities.left().iter().map(ToString::to_string).collect();
        async move { Ok((!left.is_empty()).then(|| format!("rooms that do not open: {}", left.join(", ")))) }
    });
    let of_held = of_rooms.clone();
    let service = service.telling("held", move || {
        let hub = of_held.clone();
        async move {
            let damaged = exchange::held::damaged(&hub).await.map_err(|error| error.to_string())?;
            let damaged = (damaged > 0).then(|| format!("rows of the public side that do not open for their city: {damaged}"));
            let wrong = exchange::held::wrong(&hub).await.map_err(|error| error.to_string())?;
            let told: Vec<String> = damaged.into_iter().chain(wrong.map(|wrong| wrong.to_string())).collect();
            Ok((!told.is_empty()).then(|| format!("{}: kenshin hub held list", told.join("; "))))
        }
    });
    let service = outboxes.show(service).task("jobs", |stop| runner.run(stop)).task("exchange", exchange);
    let sending = of_rooms.clone();
    Ok(service.task("outboxes", move |stop| deliver(sending, stop)).task("upkeep", move |stop| keep_cities(of_rooms, stop)))
}

/// Each city's outbox is delivered by itself, from the moment its room is open.
async fn deliver(hub: Hub, mut stop: Stop) {
    let (mut begun, mut running) = (HashSet::new(), JoinSet::new());
    loop {
        for city in hub.cities.all().await {
            if begun.insert(city.municipality) {
                let deliverer = Deliverer::new(&city.outbox, &hub.house)
                    .message(exchange::mint::WantedKey { hub: hub.clone(), city: city.clone() })
                    .message(exchange::deliver::ToEdge(city.municipality));
                running.spawn(deliverer.run(stop.clone()));
            }
        }
        tokio::select! {
            () = stop.requested() => return,
            () = hub.cities.opened.notified() => {}
        }
    }
}

/// The nation's room is kept by whoever serves it.
async fn keep_cities(hub: Hub, mut stop: Stop) {
    while stop.sleep(vault::REFRESH_EVERY).await {
        for city in hub.cities.all().await {
            wire::keep_room(&city.room, &hub.house.clock).await;
        }
    }
}
