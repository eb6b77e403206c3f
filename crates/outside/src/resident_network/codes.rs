//! `POST` for a code (符号): atena sends the number, the portal a card's serial; the network system hears the resident-record code.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Accepted;
use protocol::messages::network::LinkRow;
use protocol::messages::resident_network::{CODE_REQUESTS, CodeRequests, PortalCodeRequest};
use protocol::sealing::Batch;
use store::Tx;
use vocabulary::{Id128, Party};
use wire::{Json, Once, Peer, Problem, RequestCaller};
use work::outbox::NewMessage;

use super::ResidentNetwork;
use super::people::{self, card, code_request};
use super::tell::Link;
use crate::RefusedError;

/// For an organisation of the asking municipality, and no other.
pub(super) async fn ask(
    State(state): State<ResidentNetwork>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(request): Json<CodeRequests>,
) -> Result<Json<Accepted>, Problem> {
    let of_the_asker = request.organisation.system() == "relay" && request.organisation.municipality() == peer.party.municipality();
    if !of_the_asker {
        return Err(wire::Forbidden("codes are asked for the relay of one's own municipality").into());
    }
    let batch = Batch { sender: &peer.party, receiver: &state.party, kind: CODE_REQUESTS, request: request.request_id };
    let receiver = state.room.vault().receiver_holding(wire::RING, &request.numbers.key).await?;
    let lines = batch.open(&receiver, &request.numbers)?;
    let numbers = crate::numbers(lines.of_rows(request.rows.len())?.into_iter())?;
    let (room, clock, outbox) = (state.room.clone(), state.room.clock().clone(), state.outbox.clone());
    let answer = room.change(&caller, super::CODES, move |tx, _| {
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let people = people::known(tx, state.room.vault(), state.entropy.as_ref(), &numbers)?;
            for (row, person) in request.rows.iter().zip(people) {
                keep(tx, &state, &request.organisation, row.processing_number, person)?;
            }
            Ok::<_, RefusedError>(Accepted { accepted: request.rows.len() as u64 })
        })?;
        Ok::<_, RefusedError>(Seen::people(people::named(tx, state.room.vault(), &numbers)?, answer))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}

/// For the portal: of the holder of a card.
pub(super) async fn ask_for_portal(
    State(state): State<ResidentNetwork>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(request): Json<PortalCodeRequest>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock, outbox) = (state.room.clone(), state.room.clock().clone(), state.outbox.clone());
    let portal = peer.party.clone();
    let answer = room.change(&caller, super::PORTAL_CODES, move |tx, _| {
        let holder = people::holders(tx, state.room.vault(), std::slice::from_ref(&request.certificate_serial))?;
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let holder = card::table.find(&request.certificate_serial).select((card::person, card::revoked, card::expires_at));
            let (person, revoked, until): (i64, i16, i64) = holder.first(tx).optional()?.ok_or(wire::Unknown("the certificate"))?;
            if revoked != 0 || until <= clock.now_ms() {
                return Err(wire::Forbidden("the certificate is revoked or has expired").into());
            }
            keep(tx, &state, &portal, request.processing_number, person)?;
            Ok::<_, RefusedError>(Accepted { accepted: 1 })
        })?;
        Ok::<_, RefusedError>(Seen::people(holder, answer))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}

fn keep(tx: &mut Tx, state: &ResidentNetwork, organisation: &Party, processing_number: Id128, person: i64) -> Result<(), RefusedError> {
    let number = processing_number.as_bytes();
    let values = (
        code_request::organisation.eq(organisation.to_string()),
        code_request::processing_number.eq(number.as_slice()),
        code_request::person.eq(person),
    );
    if store::insert_ignore!(tx, code_request::table, values)? == 1 {
        let resident_record_code = people::record_code(tx, state.room.vault(), person)?;
        let about = resident_record_code.as_str().to_owned();
        let link = LinkRow { processing_number, organisation: organisation.clone(), resident_record_code };
        state.outbox.enqueue::<Link>(tx, [NewMessage::to(&state.network, link).about(about)])?;
    }
    Ok(())
}
