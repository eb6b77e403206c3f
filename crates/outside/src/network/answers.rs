//! `POST` from the providing relay: an answer sealed to the asker, which the outbox keeps until the asker has taken it, and
//! which cannot be read here.

use axum::extract::State;
use diesel::prelude::*;
use protocol::messages::Outcome;
use protocol::messages::network::AnswerDelivery;
use vocabulary::Party;
use wire::{Asked, Json, Once, Peer, Problem};
use work::outbox::{Letter, key_of};

use super::Network;
use super::table::{permit, state};
use super::tell::{PassedAnswer, Passing};
use crate::RefusedError;

/// One answer a permit: the same again is the same, another is refused.
pub(super) async fn pass(
    State(network): State<Network>,
    Asked(caller): Asked,
    peer: Peer,
    once: Once,
    Json(delivery): Json<AnswerDelivery>,
) -> Result<Json<Outcome>, Problem> {
    let (room, clock, outbox) = (network.room.clone(), network.room.clock().clone(), network.outbox.clone());
    let provider = peer.party.to_string();
    let answer = room.write(&caller, super::ANSWERS, move |tx, record| {
        record.subject(&delivery.processing_number.to_string());
        once.run(tx, clock.as_ref(), |tx| {
            let number = delivery.processing_number.as_bytes().to_vec();
            let mine = permit::table.filter(permit::processing_number.eq(number).and(permit::provider.eq(provider)));
            let columns = (permit::id, permit::asker, permit::answer_digest);
            let found: Option<(Vec<u8>, String, Option<Vec<u8>>)> = mine.select(columns).first(tx).optional()?;
            let (id, asker, before) = found.ok_or(RefusedError::Unknown("the permit"))?;
            let asker: Party = asker.parse().map_err(|_| RefusedError::Malformed("an asker's name"))?;
            let digest = delivery.answer.digest();
            match before {
                Some(before) if before == digest.0 => return Ok(Outcome::of("accepted")),
                Some(_) => return Err(RefusedError::Forbidden("the permit was answered already")),
                None => {}
            }
            let change =
                (permit::answer_digest.eq(digest.0.to_vec()), permit::answered_at.eq(clock.now_ms()), permit::state.eq(state::ANSWERED));
            diesel::update(permit::table.find(&id)).set(change).execute(tx)?;
            let permit = crate::id128(&id).ok_or(RefusedError::Malformed("a stored permit"))?;
            let subject = delivery.processing_number.to_string();
            let letter = Letter::to(&asker, Passing { permit, delivery }).about(subject).under(key_of("answer", [&id]));
            network.outbox.enqueue::<PassedAnswer>(tx, [letter])?;
            Ok::<_, RefusedError>(Outcome::of("accepted"))
        })
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}
