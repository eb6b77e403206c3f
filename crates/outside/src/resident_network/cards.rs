//! `POST` from a resident register: certificates for the cards of people who applied at the counter, and the end of cards.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::RowProblem;
use protocol::messages::resident_network::{CARDS, CardAnswer, Cards, CardsAnswer, Revocations};
use protocol::messages::{Accepted, Octets};
use protocol::sealing::Batch;
use wire::{Json, Once, Peer, Problem, RequestCaller};
use work::outbox::NewMessage;

use super::ResidentNetwork;
use super::people::{self, card, listed_person};
use super::tell::{Issued, IssuedCard};
use crate::RefusedError;

/// A request that cannot be signed is refused alone.
pub(super) async fn issue(
    State(state): State<ResidentNetwork>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(request): Json<Cards>,
) -> Result<Json<CardsAnswer>, Problem> {
    let batch = Batch { sender: &peer.party, receiver: &state.party, kind: CARDS, request: request.request_id };
    let receiver = state.room.vault().receiver_holding(wire::RING, &request.numbers.key).await?;
    let lines = batch.open(&receiver, &request.numbers)?;
    let numbers = crate::numbers(lines.of_rows(request.rows.len())?.into_iter())?;
    let (room, clock, outbox) = (state.room.clone(), state.room.clock().clone(), state.outbox.clone());
    let answer = room.change(&caller, super::CARDS, move |tx, _| {
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let people = people::known(tx, state.room.vault(), state.entropy.as_ref(), &numbers)?;
            let (mut rows, mut messages) = (Vec::with_capacity(people.len()), Vec::new());
            for (at, (row, person)) in (1..).zip(request.rows.iter().zip(people)) {
                match state.authority.sign(row.certificate_request.as_slice(), clock.as_ref(), state.entropy.as_ref()) {
                    Ok((serial, certificate, until)) => {
                        // A person has one card: a new one voids the one before, as when it was lost or nobody holds it.
                        let before = card::table.filter(card::person.eq(person).and(card::revoked.eq(0)));
                        diesel::update(before).set(card::revoked.eq(1)).execute(tx)?;
                        let values = (
                            card::serial.eq(&serial),
                            card::person.eq(person),
                            card::certificate.eq(&certificate),
                            card::issued_at.eq(clock.now_ms()),
                            card::expires_at.eq(until),
                            card::revoked.eq(0),
                        );
                        diesel::insert_into(card::table).values(values).execute(tx)?;
                        let columns = (listed_person::number_index, listed_person::sealed_number, listed_person::sealed_code);
                        let (number_index, sealed_number, sealed_code): (Vec<u8>, Vec<u8>, Vec<u8>) =
                            listed_person::table.find(person).select(columns).first(tx)?;
                        let code = people::open_code(state.room.vault(), &number_index, &sealed_code)?;
                        messages
                            .push(NewMessage::to(&state.payers_hub, Issued { serial, number_index, sealed_number }).about(code.as_str()));
                        rows.push(CardAnswer { certificate: Some(Octets(certificate)), problem: None });
                    }
                    Err(error) => {
                        let problem = RowProblem::of_field(at, "certificateRequest", "malformed", error.to_string());
                        rows.push(CardAnswer { certificate: None, problem: Some(problem) });
                    }
                }
            }
            state.outbox.enqueue::<IssuedCard>(tx, messages)?;
            Ok::<_, RefusedError>(CardsAnswer { rows })
        })?;
        Ok::<_, RefusedError>(Seen::people(people::named(tx, state.room.vault(), &numbers)?, answer))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}

/// `POST` 失効: these certificates are on the revocation list from now on, whoever issued at the counter; what is revoked stays revoked.
pub(super) async fn revoke(
    State(state): State<ResidentNetwork>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<Revocations>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock) = (state.room.clone(), state.room.clock().clone());
    let answer = room.change(&caller, super::REVOKE, move |tx, _| {
        let holders = people::holders(tx, state.room.vault(), &request.certificate_serials)?;
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let known = card::table.filter(card::serial.eq_any(&request.certificate_serials));
            let revoked = diesel::update(known).set(card::revoked.eq(1)).execute(tx)?;
            if revoked != request.certificate_serials.len() {
                return Err(wire::Unknown("a certificate").into());
            }
            Ok::<_, RefusedError>(Accepted { accepted: revoked as u64 })
        })?;
        Ok::<_, RefusedError>(Seen::people(holders, answer))
    });
    Ok(Json(answer.await?))
}
