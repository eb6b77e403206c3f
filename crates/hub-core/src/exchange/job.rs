//! The exchange as a job that a console asks for: one full round, then the hub's totals, which say nothing about a person. The cities go
//! beside each other, and one that does not come to its end is named and holds up no other; but the one that asked must.
//!
//! It does what the background does anyway, in the background's portions (a batch of people of one city is a transaction in the city's
//! room), so whoever takes it up after a kill begins again and finds done what was done.

use std::collections::BTreeSet;

use diesel::prelude::*;
use protocol::messages::Nothing;
use protocol::messages::console::{self, Exchanged};
use tokio::task::JoinSet;
use vocabulary::Purpose;
use wire::peer;
use work::jobs::{DeclaredWork, JobRun, Workplace};

use super::deliver::ToEdge;
use super::mint::WantedKey;
use super::{DELIVERED, PATIENCE, prepare, round};
use crate::city::City;
use crate::table::{collected, person, tally};
use crate::{Hub, HubError};

/// Cities that are waited for at once.
const AT_ONCE: usize = 16;

/// Nothing that the hub works by is changed beside its jobs.
impl Workplace for Hub {
    type Error = HubError;

    fn for_job(&self, _: &JobRun) -> Result<Hub, HubError> {
        Ok(self.clone())
    }
}

/// The exchange as work that can be asked for.
pub(crate) fn kinds() -> DeclaredWork<Hub> {
    DeclaredWork::new().job(console::EXCHANGE, peer(crate::routes::EXCHANGE), "exchange", exchange)
}

/// Each city's room tells that the hub moved its people on; who asked for that stands in the nation's room.
async fn exchange(hub: Hub, run: JobRun, Nothing {}: Nothing) -> Result<Exchanged, HubError> {
    let own = run.caller().municipality();
    let (mut cities, mut going) = (hub.cities.all().await.into_iter(), JoinSet::new());
    let (all, mut done) = (cities.len() as u64, 0);
    let mut behind = BTreeSet::new();
    loop {
        while going.len() < AT_ONCE
            && let Some(city) = cities.next()
        {
            let hub = hub.clone();
            going.spawn(async move { (city.municipality, move_on(&hub, &city).await) });
        }
        let Some(ended) = going.join_next().await else { break };
        let (municipality, outcome) = ended.map_err(|_| wire::Defect("the exchange of a city"))?;
        done += 1;
        run.progress("cities", done, Some(all));
        match outcome {
            Ok(true) => {}
            Ok(false) if own == Some(municipality) => return Err(HubError::Behind),
            Err(error) if own == Some(municipality) => return Err(error),
            other => {
                tracing::warn!(%municipality, error = other.err().map(|error| error.to_string()), "an exchange without this city");
                behind.insert(municipality);
            }
        }
    }
    run.progress("collections", 0, None);
    round(&hub).await?;
    let mut totals = Exchanged { keys: 0, delivered: 0, collected: 0, behind: behind.into_iter().collect() };
    for city in hub.cities.all().await {
        let [keys, delivered, collected] = of_city(&city).await?;
        totals.keys += keys;
        totals.delivered += delivered;
        totals.collected += collected;
    }
    Ok(totals)
}

/// Keys, then deliveries of one city → whether nothing of them waits any more.
async fn move_on(hub: &Hub, city: &City) -> Result<bool, HubError> {
    let has_keys = city.outbox.until_settled::<WantedKey>(PATIENCE).await?;
    prepare::all(hub, city, &hub.house.caller(Purpose::HubRegistration)).await?;
    Ok(city.outbox.until_settled::<ToEdge>(PATIENCE).await? && has_keys)
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
