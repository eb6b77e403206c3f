//! Background work that every room needs: forgetting what has served its time.

use std::sync::Arc;
use std::time::Duration;

use access::Clients;
use vocabulary::Clock;

use super::Stop;
use crate::problem::Problem;
use crate::{idempotency, signed};

const EVERY: Duration = Duration::from_secs(15 * 60);

/// Forgets old responses, expired messages and expired tokens, until told to stop.
pub(super) async fn keep(room: store::Room, clients: Option<Clients>, clock: Arc<dyn Clock>, mut stop: Stop) {
    while stop.sleep(EVERY).await {
        let clock = Arc::clone(&clock);
        let forgotten = room
            .write(move |tx| {
                let responses = idempotency::forget_old(tx, clock.as_ref())?;
                let messages = signed::replay::forget_expired(tx, clock.as_ref())?;
                Ok::<_, Problem>((responses, messages))
            })
            .await;
        match forgotten {
            Ok((responses, messages)) => tracing::debug!(responses, messages, "forgot what has served its time"),
            Err(error) => tracing::warn!(%error, "upkeep"),
        }
        if let Some(clients) = &clients
            && let Err(error) = clients.forget_expired().await
        {
            tracing::warn!(%error, "upkeep of tokens");
        }
    }
}
