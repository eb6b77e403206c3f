//! `POST` 符号 from the network system: the code of whoever this processing number was used for.

use axum::extract::State;
use diesel::prelude::*;
use wire::messages::Accepted;
use wire::messages::relay::Codes;
use wire::{Asked, Json, Once, Problem};

use crate::table::person;
use crate::{Relay, RelayError};

/// Takes codes in; a person's code never changes silently: another one for the same person is refused.
pub(crate) async fn take(
    State(relay): State<Relay>,
    Asked(caller): Asked,
    once: Once,
    Json(request): Json<Codes>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock, bell) = (relay.room.clone(), relay.room.clock().clone(), relay.bell.clone());
    let answer = room.write(&caller, crate::CODES, move |tx, record| {
        request.rows.iter().for_each(|row| record.subject(&row.processing_number.to_string()));
        once.run(tx, clock.as_ref(), |tx| {
            let mut accepted = 0;
            for row in &request.rows {
                let free = person::code.is_null().or(person::code.eq(row.code.as_slice()));
                let one = person::table.filter(person::processing_number.eq(row.processing_number.as_bytes().as_slice()).and(free));
                accepted += diesel::update(one).set(person::code.eq(row.code.as_slice())).execute(tx)? as u64;
            }
            if accepted != request.rows.len() as u64 {
                return Err(RelayError::Forbidden("a processing number is not ours, or its person has another code"));
            }
            Ok::<_, RelayError>(Accepted { accepted })
        })
    });
    let answer = answer.await?;
    bell.ring();
    Ok(Json(answer))
}
