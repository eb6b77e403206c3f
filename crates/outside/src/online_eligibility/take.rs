//! `POST` from the payers' hub: cards and PMH keys of people it names by link number.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Accepted;
use protocol::messages::online_eligibility::{LinkNumbers, PmhKeys};
use wire::{Json, Once, Problem, RequestCaller};

use super::OnlineEligibility;
use super::table::{cell, insured, insured_certificate, known, person_id};
use crate::RefusedError;

/// Which card belongs to which link number; a renewed card is one more row.
pub(super) async fn link_numbers(
    State(state): State<OnlineEligibility>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<LinkNumbers>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock) = (state.room.clone(), state.room.clock().clone());
    let answer = room.change(&caller, super::LINK_NUMBERS, move |tx, _| {
        let answer = once.run(tx, clock.as_ref(), |tx| {
            for row in &request.rows {
                let link = known(tx, state.room.vault(), state.entropy.as_ref(), *row.link_number.expose())?;
                let values = (insured_certificate::serial.eq(&row.certificate_serial), insured_certificate::link_index.eq(link.as_slice()));
                store::insert_ignore!(tx, insured_certificate::table, values)?;
            }
            Ok::<_, RefusedError>(Accepted { accepted: request.rows.len() as u64 })
        })?;
        Ok::<_, RefusedError>(Seen::people(request.rows.iter().map(|row| person_id(row.link_number.expose())), answer))
    });
    Ok(Json(answer.await?))
}

/// PMH keys; a person's key never changes, and another one for the same person is refused.
pub(super) async fn pmh_keys(
    State(state): State<OnlineEligibility>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<PmhKeys>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock) = (state.room.clone(), state.room.clock().clone());
    let answer = room.change(&caller, super::PMH_KEYS, move |tx, _| {
        let answer = once.run(tx, clock.as_ref(), |tx| {
            for row in &request.rows {
                let (vault, key) = (state.room.vault(), row.pmh_key.expose().as_bytes());
                let link = known(tx, vault, state.entropy.as_ref(), *row.link_number.expose())?;
                let index = vault.blind("PMH key", key);
                let free = insured::key_index.is_null().or(insured::key_index.eq(index.as_slice()));
                let one = insured::table.filter(insured::link_index.eq(link.as_slice()).and(free));
                let sealed = vault.seal(&cell(&link, "sealed_key"), key)?;
                if diesel::update(one).set((insured::key_index.eq(index.as_slice()), insured::sealed_key.eq(sealed))).execute(tx)? == 0 {
                    return Err(wire::Forbidden("the person has another PMH key already").into());
                }
            }
            Ok::<_, RefusedError>(Accepted { accepted: request.rows.len() as u64 })
        })?;
        Ok::<_, RefusedError>(Seen::people(request.rows.iter().map(|row| person_id(row.link_number.expose())), answer))
    });
    Ok(Json(answer.await?))
}
