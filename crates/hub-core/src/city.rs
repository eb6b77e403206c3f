//! The municipalities' rooms, each opened when it is first needed, and once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex as Lock, PoisonError};

use access::Caller;
use ledger::Room;
use number::IndividualNumber;
use store::StoreError;
use tokio::sync::{Mutex, Notify};
use vocabulary::{Id128, MunicipalityCode, Party, Purpose};
use wire::House;
use work::outbox::Outbox;

use crate::{Hub, HubError};

/// One municipality's room.
#[derive(Clone, Debug)]
pub(crate) struct City {
    pub(crate) municipality: MunicipalityCode,
    pub(crate) room: Room,
    pub(crate) outbox: Outbox,
    pub(crate) edge: Party,
    pub(crate) payers_hub: Party,
}

impl City {
    /// What an individual number is looked up by in this room.
    pub(crate) fn index(&self, number: &IndividualNumber) -> Id128 {
        Id128::from_bytes(self.room.vault().blind("individual number", number.open(Purpose::HubRegistration).as_bytes()))
    }

    /// What a PMH key is looked up by in this room.
    pub(crate) fn key_index(&self, key: &Id128) -> Id128 {
        Id128::from_bytes(self.room.vault().blind("pmh key", key.as_bytes()))
    }
}

/// Those that are open.
#[derive(Clone, Default)]
pub(crate) struct Cities {
    open: Arc<Mutex<BTreeMap<MunicipalityCode, City>>>,
    /// Those that have a room, which does not open.
    left: Arc<Lock<BTreeSet<MunicipalityCode>>>,
    /// Rung when one more is.
    pub(crate) opened: Arc<Notify>,
}

impl Cities {
    /// Opens those that have a room, so that what was pending at the last stop is taken up. One that does not open holds up no other.
    pub(crate) async fn open_all(&self, house: &House) -> Result<(), HubError> {
        let rooms = house.rooms.clone();
        let names = tokio::task::spawn_blocking(move || rooms.list("hub_core")).await;
        let names = names.unwrap_or(Err(StoreError::Busy("the process is stopping")))?;
        self.lock_left().extend(names.iter().filter_map(store::RoomName::municipality));
        self.open_left(house).await;
        Ok(())
    }

    /// Tries those again that did not open.
    pub(crate) async fn open_left(&self, house: &House) {
        for municipality in self.left() {
            match self.of(house, municipality).await {
                Ok(_) => drop(self.lock_left().remove(&municipality)),
                Err(error) => tracing::error!(alarm = "room", %municipality, %error, "a city's room does not open; the others are served"),
            }
        }
    }

    /// Those whose room does not open.
    pub(crate) fn left(&self) -> Vec<MunicipalityCode> {
        self.lock_left().iter().copied().collect()
    }

    fn lock_left(&self) -> std::sync::MutexGuard<'_, BTreeSet<MunicipalityCode>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn of(&self, house: &House, municipality: MunicipalityCode) -> Result<City, HubError> {
        let mut cities = self.open.lock().await;
        if let Some(city) = cities.get(&municipality) {
            return Ok(city.clone());
        }
        let room = work::open_room_of(house, Some(municipality), crate::MIGRATIONS).await?;
        let party = |system| Party::national(system).map_err(|_| wire::Defect("a party's name"));
        let outbox = Outbox::of(&room, Arc::clone(&house.entropy));
        let city = City { municipality, room, outbox, edge: party("hub-edge")?, payers_hub: party("payers-hub")? };
        cities.insert(municipality, city.clone());
        self.opened.notify_one();
        Ok(city)
    }

    pub(crate) async fn all(&self) -> Vec<City> {
        self.open.lock().await.values().cloned().collect()
    }
}

impl Hub {
    /// The room of the caller's municipality, which is the one its certificate names.
    pub(crate) async fn city_of(&self, caller: &Caller) -> Result<City, HubError> {
        let municipality = caller.municipality().ok_or(wire::Forbidden("only a municipality's own registry asks this"))?;
        self.city(municipality).await
    }

    /// The room of a municipality that the edge names.
    pub(crate) async fn city(&self, municipality: MunicipalityCode) -> Result<City, HubError> {
        self.cities.of(&self.house, municipality).await
    }
}
