//! `POST` from the providing relay: an answer sealed to the asker, which the outbox keeps until the asker has taken it, and
//! which cannot be read here: who signed it for whom can, and that it is for the permit.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::Digest;
use protocol::messages::Outcome;
use protocol::messages::network::AnswerDelivery;
use protocol::signed::Expected;
use store::Tx;
use vocabulary::{Id128, Party};
use wire::{Json, Once, Peer, Problem, RequestCaller};
use work::outbox::{NewMessage, key_of};

use super::Network;
use super::table::{former_permit, linked_person, permit, person_id, state};
use super::tell::{PassedAnswer, Passing};
use crate::RefusedError;

/// One answer a permit: the same again, signed anew, is the same; another is refused.
pub(super) async fn pass(
    State(network): State<Network>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(delivery): Json<AnswerDelivery>,
) -> Result<Json<Outcome>, Problem> {
    let (room, clock, outbox) = (network.room.clone(), network.room.clock().clone(), network.outbox.clone());
    let keys = network.client.verifying_keys(&peer.party, [&delivery.answer]).await?;
    let provider = peer.party.to_string();
    let answer = room.change(&caller, super::ANSWERS, move |tx, _| {
        let link = whose(tx, delivery.processing_number, &provider)?;
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let number = delivery.processing_number.as_bytes().to_vec();
            let mine = permit::table.filter(permit::processing_number.eq(number).and(permit::provider.eq(provider)));
            let columns = (permit::id, permit::asker, permit::answer_digest);
            let found: Option<(Vec<u8>, String, Option<Vec<u8>>)> = mine.select(columns).first(tx).optional()?;
            let (id, asker, before) = found.ok_or(wire::Unknown("the permit"))?;
            let asker: Party = asker.parse().map_err(|_| wire::Damaged("an asker's name"))?;
            let expected = Expected { sender: &peer.party, receiver: &asker, keys: &keys };
            let said = delivery.answer.open(&expected, clock.now())?.body;
            if said.permit.as_bytes().as_slice() != id {
                // The successor has reached the provider, or will: it is answered by itself.
                let former = former_permit::table.find(said.permit.as_bytes().to_vec()).select(former_permit::permit);
                if former.first::<Vec<u8>>(tx).optional()?.is_some_and(|stands| stands == id) {
                    return Ok(Outcome::because("superseded", "the asker has another key since, and another permit"));
                }
                return Err(wire::Forbidden("the answer is for another permit").into());
            }
            let said = serde_json::to_vec(&said).map_err(|_| wire::Defect("an answer that cannot be written"))?;
            let digest = Digest::of(&said);
            match before {
                Some(before) if before == digest.0 => return Ok(Outcome::of("accepted")),
                Some(_) => return Err(wire::Forbidden("the permit was answered already").into()),
                None => {}
            }
            let change =
                (permit::answer_digest.eq(digest.0.to_vec()), permit::answered_at.eq(clock.now_ms()), permit::state.eq(state::ANSWERED));
            diesel::update(permit::table.find(&id)).set(change).execute(tx)?;
            let permit = crate::id128(&id).ok_or(wire::Damaged("a permit"))?;
            let message = NewMessage::to(&asker, Passing { permit, delivery }).about(person_id(&link)).under(key_of("answer", [&id]));
            network.outbox.enqueue::<PassedAnswer>(tx, [message])?;
            Ok::<_, RefusedError>(Outcome::of("accepted"))
        })?;
        Ok::<_, RefusedError>(Seen::person(person_id(&link), answer))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}

/// The link id of the person whom this provider was permitted to answer about.
fn whose(tx: &mut Tx, processing_number: Id128, provider: &str) -> Result<Id128, RefusedError> {
    let permits = permit::table.inner_join(linked_person::table.on(linked_person::id.eq(permit::person)));
    let mine = permit::processing_number.eq(processing_number.as_bytes().to_vec()).and(permit::provider.eq(provider));
    let link: Option<Vec<u8>> = permits.filter(mine).select(linked_person::link_id).first(tx).optional()?;
    let link = link.ok_or(wire::Unknown("the permit"))?;
    Ok(crate::id128(&link).ok_or(wire::Damaged("a link id"))?)
}
