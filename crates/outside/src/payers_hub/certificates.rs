//! `POST` from the card authority: whose certificate is whose, so that online eligibility can know a card by its link number.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::Private;
use protocol::messages::Accepted;
use protocol::messages::online_eligibility::LinkNumberRow;
use protocol::messages::payers_hub::{CERTIFICATES, Certificates};
use protocol::sealing::Batch;
use wire::{Json, Once, Peer, Problem, RequestCaller};

use work::outbox::NewMessage;

use super::people::payer_certificate;
use super::tell::CardLink;
use super::{PayersHub, people};
use crate::RefusedError;

/// Takes the certificates in; the person becomes known when new.
pub(super) async fn take(
    State(hub): State<PayersHub>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(request): Json<Certificates>,
) -> Result<Json<Accepted>, Problem> {
    let batch = Batch { sender: &peer.party, receiver: &hub.party, kind: CERTIFICATES, request: request.request_id };
    let receiver = hub.room.vault().receiver_holding(wire::RING, &request.numbers.key).await?;
    let lines = batch.open(&receiver, &request.numbers)?;
    let numbers = crate::numbers(lines.of_rows(request.rows.len())?.into_iter())?;
    let (room, clock, outbox) = (hub.room.clone(), hub.room.clock().clone(), hub.outbox.clone());
    let answer = room
        .change(&caller, super::CERTIFICATES, move |tx, _| {
            let answer = once.run(tx, clock.as_ref(), |tx| {
                let known = people::known(tx, hub.room.vault(), hub.entropy.as_ref(), &numbers)?;
                let mut messages = Vec::new();
                for (row, person) in request.rows.iter().zip(known) {
                    let values = (payer_certificate::serial.eq(&row.certificate_serial), payer_certificate::person.eq(person));
                    if store::insert_ignore!(tx, payer_certificate::table, values)? == 1 {
                        let certificate_serial = row.certificate_serial.clone();
                        let link = people::link_number(tx, hub.room.vault(), person)?;
                        let told = LinkNumberRow { link_number: Private::new(link), certificate_serial };
                        messages.push(NewMessage::to(&hub.online_eligibility, told).about(link.to_string()));
                    }
                }
                hub.outbox.enqueue::<CardLink>(tx, messages)?;
                Ok::<_, RefusedError>(Accepted { accepted: request.rows.len() as u64 })
            })?;
            Ok::<_, RefusedError>(Seen::people(people::named(tx, hub.room.vault(), &numbers)?, answer))
        })
        .await?;
    outbox.ring();
    Ok(Json(answer))
}
