//! `POST` from atena: people with new unified numbers; a code is obtained for each.

use axum::extract::State;
use diesel::prelude::*;
use protocol::messages::{Accepted, relay::UnifiedNumbers};
use wire::{Asked, Json, Once, Problem};

use crate::table::person;
use crate::{Relay, RelayError};

/// Takes them in, each with a processing number (処理通番) of its own; one that is known has no effect.
pub(crate) async fn take(
    State(relay): State<Relay>,
    Asked(caller): Asked,
    once: Once,
    Json(request): Json<UnifiedNumbers>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock, bell) = (relay.room.clone(), relay.room.clock().clone(), relay.bell.clone());
    let answer = room.write(&caller, crate::PERSONS, move |tx, record| {
        request.unified_numbers.iter().for_each(|unified| record.subject(unified.as_str()));
        once.run(tx, clock.as_ref(), |tx| {
            for unified in &request.unified_numbers {
                let number = relay.entropy.id128();
                let values =
                    (person::unified.eq(unified.as_str()), person::processing_number.eq(number.as_bytes().as_slice()), person::told.eq(0));
                store::insert_ignore!(tx, person::table, values, (person::unified))?;
            }
            Ok::<_, RelayError>(Accepted { accepted: request.unified_numbers.len() as u64 })
        })
    });
    let answer = answer.await?;
    bell.ring();
    Ok(Json(answer))
}
