//! `POST` from a resident register: certificates for the cards of people who applied at the counter.

use axum::extract::State;
use diesel::prelude::*;
use wire::messages::Octets;
use wire::messages::resident_network::{CARDS, CardAnswer, Cards, CardsAnswer};
use wire::sealing::Batch;
use wire::{Asked, Json, Once, Peer, Problem, RowProblem};

use super::ResidentNetwork;
use super::people::{self, card};
use crate::RefusedError;

/// A request that cannot be signed is refused alone.
pub(super) async fn issue(
    State(state): State<ResidentNetwork>,
    Asked(caller): Asked,
    peer: Peer,
    once: Once,
    Json(request): Json<Cards>,
) -> Result<Json<CardsAnswer>, Problem> {
    let batch = Batch { sender: &peer.party, receiver: &state.party, kind: CARDS, request: request.request_id };
    let lines = batch.open(&state.receiver, &request.numbers)?;
    let numbers = crate::numbers(lines.of_rows(request.rows.len())?.into_iter())?;
    let (room, clock, bell) = (state.room.clone(), state.room.clock().clone(), state.bell.clone());
    let answer = room.write(&caller, super::CARDS, move |tx, record| {
        numbers.iter().for_each(|number| record.subject(&crate::token(state.room.vault(), number)));
        once.run(tx, clock.as_ref(), |tx| {
            let people = people::known(tx, state.room.vault(), state.entropy.as_ref(), &numbers)?;
            let mut rows = Vec::with_capacity(people.len());
            for (at, (row, person)) in request.rows.iter().zip(people).enumerate() {
                match state.authority.sign(row.certificate_request.as_slice(), clock.as_ref(), state.entropy.as_ref()) {
                    Ok((serial, certificate, until)) => {
                        let values = (
                            card::serial.eq(serial),
                            card::person.eq(person),
                            card::certificate.eq(&certificate),
                            card::issued_at.eq(clock.now_ms()),
                            card::expires_at.eq(until),
                            card::revoked.eq(0),
                            card::told.eq(0),
                        );
                        diesel::insert_into(card::table).values(values).execute(tx)?;
                        rows.push(CardAnswer { certificate: Some(Octets(certificate)), problem: None });
                    }
                    Err(error) => {
                        let problem = RowProblem::of_field(at as u64, "certificateRequest", "malformed", error.to_string());
                        rows.push(CardAnswer { certificate: None, problem: Some(problem) });
                    }
                }
            }
            Ok::<_, RefusedError>(CardsAnswer { rows })
        })
    });
    let answer = answer.await?;
    bell.ring();
    Ok(Json(answer))
}
