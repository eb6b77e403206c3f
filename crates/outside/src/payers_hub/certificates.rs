//! `POST` from the card authority: whose certificate is whose, so that online eligibility can know a card by its link number.

use axum::extract::State;
use diesel::prelude::*;
use protocol::messages::Accepted;
use protocol::messages::payers_hub::{CERTIFICATES, Certificates};
use protocol::sealing::Batch;
use wire::{Asked, Json, Once, Peer, Problem};

use super::people::payer_certificate;
use super::{PayersHub, people};
use crate::RefusedError;

/// Takes the certificates in; the person becomes known when new.
pub(super) async fn take(
    State(hub): State<PayersHub>,
    Asked(caller): Asked,
    peer: Peer,
    once: Once,
    Json(request): Json<Certificates>,
) -> Result<Json<Accepted>, Problem> {
    let batch = Batch { sender: &peer.party, receiver: &hub.party, kind: CERTIFICATES, request: request.request_id };
    let lines = batch.open(&hub.receiver, &request.numbers)?;
    let numbers = crate::numbers(lines.of_rows(request.rows.len())?.into_iter())?;
    let (room, clock, bell) = (hub.room.clone(), hub.room.clock().clone(), hub.bell.clone());
    let answer = room
        .write(&caller, super::CERTIFICATES, move |tx, record| {
            for number in &numbers {
                record.subject(&crate::token(hub.room.vault(), number));
            }
            once.run(tx, clock.as_ref(), |tx| {
                let known = people::known(tx, hub.room.vault(), hub.entropy.as_ref(), &numbers)?;
                for (row, person) in request.rows.iter().zip(known) {
                    let values = (
                        payer_certificate::serial.eq(&row.certificate_serial),
                        payer_certificate::person.eq(person),
                        payer_certificate::told.eq(0),
                    );
                    store::insert_ignore!(tx, payer_certificate::table, values)?;
                }
                Ok::<_, RefusedError>(Accepted { accepted: request.rows.len() as u64 })
            })
        })
        .await?;
    bell.ring();
    Ok(Json(answer))
}
