//! `POST` PMHキー採番: an individual number that has a key keeps it, whoever asks and however often (R-PMH-3).

use axum::extract::State;
use ledger::Seen;
use protocol::messages::payers_hub::{PMH_KEYS, PmhKeysAnswer, PmhKeysRequest};
use protocol::sealing::Batch;
use wire::{Json, Once, Peer, Problem, RequestCaller};
use zeroize::Zeroizing;

use super::{PayersHub, people};
use crate::RefusedError;

/// Only (PMH key, individual number) go back, sealed to the hub core.
pub(super) async fn mint(
    State(hub): State<PayersHub>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(request): Json<PmhKeysRequest>,
) -> Result<Json<PmhKeysAnswer>, Problem> {
    let sender = peer.party.clone();
    let keys = hub.client.keys(&sender).await?;
    let receiver = hub.room.vault().receiver_holding(wire::RING, &request.numbers.key).await?;
    let lines =
        Batch { sender: &sender, receiver: &hub.party, kind: PMH_KEYS, request: request.request_id }.open(&receiver, &request.numbers)?;
    let numbers = crate::numbers(lines.iter())?;
    let (room, clock, outbox) = (hub.room.clone(), hub.room.clock().clone(), hub.outbox.clone());
    let answer = room
        .change(&caller, super::MINT, move |tx, _| {
            let answer = once.run(tx, clock.as_ref(), |tx| {
                let known = people::known(tx, hub.room.vault(), hub.entropy.as_ref(), &numbers)?;
                let mut rows = Zeroizing::new(String::new());
                for (person, number) in known.into_iter().zip(&numbers) {
                    let key = people::pmh_key(tx, &hub, person)?;
                    rows.push_str(&format!("{key},"));
                    rows.push_str(&number.open(vocabulary::Purpose::Numbering));
                    rows.push('\n');
                }
                let batch = Batch { sender: &hub.party, receiver: &sender, kind: PMH_KEYS, request: request.request_id };
                let rows = batch.seal(&keys.receiving, &rows, hub.entropy.as_ref())?;
                Ok::<_, RefusedError>(PmhKeysAnswer { request_id: request.request_id, rows })
            })?;
            Ok::<_, RefusedError>(Seen::people(people::named(tx, hub.room.vault(), &numbers)?, answer))
        })
        .await?;
    outbox.ring();
    Ok(Json(answer))
}
