//! The exchange with the payers' hub and the public side: what is pending is a state of rows, and a round moves it on.

mod collect;
pub(crate) mod deliver;
mod forget;
pub(crate) mod mint;
mod prepare;
pub(crate) mod queue;

pub(crate) use mint::minted;

use std::time::Duration;

use access::Caller;
use axum::extract::State;
use diesel::prelude::*;
use ledger::Subject;
use protocol::messages::{Nothing, console::Exchanged};
use vocabulary::Purpose;
use wire::{Asked, Json, Problem};

use self::deliver::ToEdge;
use self::mint::WantedKey;
use crate::city::City;
use crate::table::{collected, person, tally};
use crate::{Hub, HubError};

/// The tally of what the edge has taken.
pub(crate) const DELIVERED: &str = "delivered";
/// How long another party is tried within a round; the next round tries again.
const PATIENCE: Duration = Duration::from_secs(10);

/// `POST` from the console: one full round, then the hub's totals, which say nothing about a person.
pub(crate) async fn asked(
    State(hub): State<Hub>,
    Asked(caller): Asked,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<Exchanged>, Problem> {
    let caller_of_hub = hub.house.caller(Purpose::HubRegistration);
    let cities = hub.cities.all().await;
    for city in &cities {
        city.outbox.until_settled::<WantedKey>(PATIENCE).await?;
        prepare::all(&hub, city, &caller_of_hub).await?;
        city.outbox.until_settled::<ToEdge>(PATIENCE).await?;
    }
    round(&hub).await?;
    let mut totals = Exchanged { keys: 0, delivered: 0, collected: 0 };
    for city in hub.cities.all().await {
        let (keys, delivered, collected) = of_city(&city, &caller).await?;
        totals.keys += keys;
        totals.delivered += delivered;
        totals.collected += collected;
    }
    Ok(Json(totals))
}

async fn of_city(city: &City, caller: &Caller) -> Result<(u64, u64, u64), HubError> {
    let counts = city.room.read(caller, crate::routes::EXCHANGE, Subject::None, |tx| {
        let keys: i64 = person::table.filter(person::key_index.is_not_null()).count().get_result(tx)?;
        let delivered: i64 = tally::table.find(DELIVERED).select(tally::value).first(tx).optional()?.unwrap_or(0);
        let collected: i64 = collected::table.count().get_result(tx)?;
        let [keys, delivered, collected] = [keys, delivered, collected].map(|count| u64::try_from(count).unwrap_or(0));
        Ok::<_, HubError>((keys, delivered, collected))
    });
    counts.await
}

/// One round beside the outboxes, which carry keys and deliveries: what is due is enqueued, what the edge has is collected. One city's failure does not hold up another's, and the first failure is told.
pub(crate) async fn round(hub: &Hub) -> Result<(), HubError> {
    let _alone = hub.round.lock().await;
    let caller = hub.house.caller(Purpose::HubRegistration);
    let mut outcome = Ok(());
    let mut ended = Vec::new();
    for city in hub.cities.all().await {
        let prepared = prepare::all(hub, &city, &caller).await;
        let told = forget::told(&city).await;
        outcome = outcome.and(prepared);
        match told {
            Ok(people) => ended.push((city, people)),
            Err(error) => outcome = outcome.and(Err(error)),
        }
    }
    // Whoever was deleted is forgotten only when everything is here that they entered at the edge before it was told.
    match collect::all(hub, &caller).await {
        Ok(()) => {
            for (city, people) in ended {
                outcome = outcome.and(forget::forget(&city, &caller, people).await);
            }
        }
        Err(error) => outcome = outcome.and(Err(error)),
    }
    outcome
}
