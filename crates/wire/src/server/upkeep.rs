//! Background work that every room needs: forgetting what has served its time.

use std::sync::Arc;

use access::Clients;
use vocabulary::Clock;

use super::Stop;
use crate::problem::Problem;
use crate::{idempotency, replay};

/// Forgets old responses, expired messages and expired tokens, and takes up keys that other processes made, until told to stop.
pub(super) async fn keep(room: ledger::Room, clients: Option<Clients>, clock: Arc<dyn Clock>, mut stop: Stop) {
    while stop.sleep(vault::REFRESH_EVERY).await {
        keep_room(&room, &clock).await;
        if let Some(clients) = &clients
            && let Err(error) = clients.forget_expired().await
        {
            tracing::warn!(%error, "upkeep of tokens");
        }
    }
}

/// One round in one room. [`serve`](crate::serve) sees to the service's own; a system that has several calls it for the others, every
/// [`vault::REFRESH_EVERY`].
pub async fn keep_room(room: &ledger::Room, clock: &Arc<dyn Clock>) {
    let clock = Arc::clone(clock);
    let forgotten = room.maintain(move |tx| {
        let responses = idempotency::forget_old(tx, clock.as_ref())?;
        let messages = replay::forget_expired(tx, clock.as_ref())?;
        Ok::<_, Problem>([responses, messages])
    });
    match forgotten.await {
        Ok([responses, messages]) => tracing::debug!(responses, messages, "forgot what has served its time"),
        Err(error) => tracing::warn!(%error, "upkeep"),
    }
    if let Err(error) = ledger::gather(room).await {
        tracing::warn!(%error, "upkeep of the record of use");
    }
    if let Err(error) = room.vault().refresh().await {
        tracing::warn!(%error, "upkeep of keys");
    }
}
