//! The exchange as a job that a console asks for: one full round, then the hub's totals, which say nothing about a person.
//!
//! It does what the background does anyway, in the background's portions (a batch of people of one city is a transaction in the city's
//! room), so whoever takes it up after a kill begins again and finds done what was done.

use diesel::prelude::*;
use protocol::messages::Nothing;
use protocol::messages::console::{self, Exchanged};
use vocabulary::Purpose;
use wire::peer;
use work::jobs::{JobRun, Kinds};

use super::deliver::ToEdge;
use super::mint::WantedKey;
use super::{DELIVERED, PATIENCE, prepare, round};
use crate::city::City;
use crate::table::{collected, person, tally};
use crate::{Hub, HubError};

/// The exchange as work that can be asked for.
pub(crate) fn kinds(hub: Hub) -> Kinds<Hub> {
    Kinds::of(hub).job(console::EXCHANGE, peer(crate::routes::EXCHANGE), "exchange", exchange)
}

/// Each city's room tells that the hub moved its people on; who asked for that stands in the nation's room.
async fn exchange(hub: Hub, run: JobRun, Nothing {}: Nothing) -> Result<Exchanged, HubError> {
    let caller = hub.house.caller(Purpose::HubRegistration);
    let cities = hub.cities.all().await;
    for (done, city) in (0..).zip(&cities) {
        run.progress("cities", done, Some(cities.len() as u64));
        city.outbox.until_settled::<WantedKey>(PATIENCE).await?;
        prepare::all(&hub, city, &caller).await?;
        city.outbox.until_settled::<ToEdge>(PATIENCE).await?;
    }
    run.progress("collections", 0, None);
    round(&hub).await?;
    let mut totals = Exchanged { keys: 0, delivered: 0, collected: 0 };
    for city in hub.cities.all().await {
        let [keys, delivered, collected] = of_city(&city).await?;
        totals.keys += keys;
        totals.delivered += delivered;
        totals.collected += collected;
    }
    Ok(totals)
}

/// Keys, rows delivered, rows collected.
async fn of_city(city: &City) -> Result<[u64; 3], HubError> {
    let counts = city.room.count(|tx| {
        let keys: i64 = person::table.filter(person::key_index.is_not_null()).count().get_result(tx)?;
        let delivered: i64 = tally::table.find(DELIVERED).select(tally::value).first(tx).optional()?.unwrap_or(0);
        let collected: i64 = collected::table.count().get_result(tx)?;
        Ok::<_, HubError>([keys, delivered, collected])
    });
    Ok(counts.await?.map(|count| u64::try_from(count).unwrap_or(0)))
}
