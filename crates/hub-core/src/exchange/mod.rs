//! The exchange with the payers' hub and the public side: what is pending is a state of rows, and a round moves it on.

mod collect;
mod cursor;
pub(crate) mod deliver;
mod forget;
pub(crate) mod held;
mod job;
pub(crate) mod mint;
mod operator;
mod prepare;
pub(crate) mod queue;

pub(crate) use cursor::Wrong;
pub(crate) use job::kinds;
pub(crate) use mint::minted;
pub use operator::{HeldFor, HeldList, HeldRow, HeldRows};

use std::time::Duration;

use vocabulary::Purpose;

use crate::{Hub, HubError};

/// The tally of what the edge has taken.
pub(crate) const DELIVERED: &str = "delivered";
/// How long another party is tried within a round; the next round tries again.
const PATIENCE: Duration = Duration::from_secs(10);

/// One round beside the outboxes, which carry keys and deliveries: what is due is enqueued, what the edge has is collected. One city's
/// failure does not hold up another's, and the first failure is told.
pub(crate) async fn round(hub: &Hub) -> Result<(), HubError> {
    let _alone = hub.round.lock().await;
    hub.cities.open_left(&hub.house).await;
    let caller = hub.house.caller(Purpose::HubRegistration);
    let mut outcome = Ok(());
    let mut ended = Vec::new();
    for city in hub.cities.all().await {
        let prepared = prepare::all(hub, &city, &caller).await;
        let told = forget::told(&city, &caller).await;
        outcome = outcome.and(prepared);
        match told {
            Ok(people) => ended.push((city, people)),
            Err(error) => outcome = outcome.and(Err(error)),
        }
    }
    // Whoever was deleted is forgotten only when everything is here that they entered at the edge before it was told.
    match collect::all(hub, &caller).await {
        Ok(behind) => {
            for (city, people) in ended.into_iter().filter(|(city, _)| !behind.contains(&city.municipality)) {
                outcome = outcome.and(forget::forget(&city, &caller, people).await);
            }
        }
        Err(error) => outcome = outcome.and(Err(error)),
    }
    outcome
}
