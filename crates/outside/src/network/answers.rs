//! `POST` from the providing relay: an answer sealed to the asker, which is kept until the asker has taken it, and cannot be read here.

use axum::extract::State;
use diesel::prelude::*;
use protocol::messages::{Outcome, network::AnswerDelivery};
use wire::{Asked, Json, Once, Peer, Problem};

use super::Network;
use super::table::{permit, state};
use crate::RefusedError;

/// One answer a permit: the same again is the same, another is refused.
pub(super) async fn pass(
    State(network): State<Network>,
    Asked(caller): Asked,
    peer: Peer,
    once: Once,
    Json(delivery): Json<AnswerDelivery>,
) -> Result<Json<Outcome>, Problem> {
    let (room, clock, bell) = (network.room.clone(), network.room.clock().clone(), network.bell.clone());
    let provider = peer.party.to_string();
    let answer = room.write(&caller, super::ANSWERS, move |tx, record| {
        record.subject(&delivery.processing_number.to_string());
        once.run(tx, clock.as_ref(), |tx| {
            let number = delivery.processing_number.as_bytes().to_vec();
            let mine = permit::table.filter(permit::processing_number.eq(number).and(permit::provider.eq(provider)));
            let found: Option<(Vec<u8>, Option<Vec<u8>>)> = mine.select((permit::id, permit::answer)).first(tx).optional()?;
            let (id, before) = found.ok_or(RefusedError::Unknown("the permit"))?;
            match before {
                Some(before) if before == delivery.answer.as_bytes() => return Ok(Outcome::of("accepted")),
                Some(_) => return Err(RefusedError::Forbidden("the permit was answered already")),
                None => {}
            }
            let change =
                (permit::answer.eq(delivery.answer.as_bytes()), permit::answered_at.eq(clock.now_ms()), permit::state.eq(state::ANSWERED));
            diesel::update(permit::table.find(id)).set(change).execute(tx)?;
            Ok::<_, RefusedError>(Outcome::of("accepted"))
        })
    });
    let answer = answer.await?;
    bell.ring();
    Ok(Json(answer))
}
