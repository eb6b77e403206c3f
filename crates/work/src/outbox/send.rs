//! One request: its messages are read and their people recorded, it is made, sent, and settled.

use std::sync::Arc;
use std::time::Duration;

use access::Caller;
use diesel::prelude::*;
use ledger::{PersonId, Seen};
use vocabulary::Party;

use super::choose::Chosen;
use super::deliver::Shared;
use super::message::{Failure, MessageKind};
use super::settle::Settling;
use super::table::{Envelope, Opened, id128, open, outbox, state};

/// How long one try may take. A slow peer keeps the places of its own lane.
const PATIENCE: Duration = Duration::from_secs(30);

/// What one try came to.
#[derive(Debug)]
pub(super) enum DeliveryOutcome {
    /// Its messages are gone, or are to be chosen again now.
    Settled,
    /// It failed so often, and rests.
    Rest(i32),
    /// The peer is away: nothing was said about the messages.
    Away,
}

/// Sends a request; to a peer that `was_away`, once it is there again.
pub(super) async fn send(shared: &Shared, peer: &Party, chosen: Chosen, was_away: bool) -> DeliveryOutcome {
    let Some(kind) = shared.kinds.get(chosen.kind.as_str()) else { return DeliveryOutcome::Rest(16) };
    let request = shared.outbox.0.entropy.id128();
    let caller = Caller::peer(&shared.house.party, kind.purpose(), request);
    if was_away && !is_there(shared, peer, &caller).await {
        return DeliveryOutcome::Away;
    }
    match attempt(shared, peer, kind, &chosen, &caller).await {
        Ok(outcome) => {
            shared.outbox.ring_if_enqueued();
            outcome
        }
        Err(failure) => {
            tracing::warn!(%peer, kind = chosen.kind, error = failure.text, "the outbox's room fails");
            DeliveryOutcome::Rest(5)
        }
    }
}

/// Whether the peer can be reached, whatever it says.
async fn is_there(shared: &Shared, peer: &Party, caller: &Caller) -> bool {
    let client = shared.house.client.in_request(caller.request()).once_within(PATIENCE);
    !client.get::<serde_json::Value>(peer, "/healthz").await.is_err_and(|error| error.is_away())
}

async fn attempt(
    shared: &Shared,
    peer: &Party,
    kind: &Arc<dyn MessageKind>,
    chosen: &Chosen,
    caller: &Caller,
) -> Result<DeliveryOutcome, Failure> {
    let room = &shared.outbox.0.room;
    let rows = load(shared, peer, kind.as_ref(), chosen, caller).await?;
    if rows.is_empty() {
        return Ok(DeliveryOutcome::Settled);
    }
    let settling = Settling { room, kind, peer, caller, entropy: shared.outbox.0.entropy.as_ref() };
    let request = match kind.make(peer, chosen.key, &rows).await {
        Ok(Some(request)) => request,
        Ok(None) => return settling.nothing(&rows).await,
        Err(failure) if failure.away => return Ok(DeliveryOutcome::Away),
        Err(failure) => return settling.not_made(&rows, failure).await,
    };
    let client = shared.house.client.in_request(caller.request()).once_within(PATIENCE);
    match client.post_written(peer, kind.path(), request.key, request.text).await {
        Ok(answer) => settling.taken(rows, request.body, answer).await,
        Err(error) if error.is_away() => {
            tracing::debug!(%peer, %error, "away");
            Ok(DeliveryOutcome::Away)
        }
        Err(error) => match error.refusal() {
            Some(problem) if error.is_final() => settling.refused(rows, problem.clone().into()).await,
            Some(problem) => settling.passing(&rows, &problem.clone().into()).await,
            None => settling.in_vain(&rows, error.to_string(), "unreadable answer").await,
        },
    }
}

/// Reads the messages of a request; the people whom they concern stand in the record of use when this returns. One that does not open as a
/// message of this kind to this peer is a dead letter.
async fn load(shared: &Shared, peer: &Party, kind: &dyn MessageKind, chosen: &Chosen, caller: &Caller) -> Result<Vec<Opened>, Failure> {
    let (vault, key) = (shared.outbox.0.room.vault().clone(), chosen.key.as_bytes().to_vec());
    let (note, name, to, goes) = (format!("{} to {peer}", kind.name()), kind.name(), peer.to_string(), kind.goes_to(peer));
    let read = shared.outbox.0.room.seek(caller, kind.act(), move |tx, record| {
        let mine = outbox::peer.eq(&to).and(outbox::kind.eq(name));
        let those = outbox::table.filter(outbox::sent_as.eq(key).and(outbox::state.eq(state::WAITING)).and(mine)).order(outbox::id);
        let columns = (outbox::id, outbox::request_key, outbox::subject, outbox::payload, outbox::attempts);
        let rows: Vec<(i64, Vec<u8>, Vec<u8>, Vec<u8>, i32)> = those.select(columns).load(tx)?;
        record.note(note);
        let mut opened = Vec::with_capacity(rows.len());
        for (id, key, subject, payload, attempts) in rows {
            let read = id128(&key).and_then(|key| {
                let envelope = Envelope { key: &key, peer: &to, kind: name, subject: &subject };
                Ok((key, open(&vault, envelope, &payload)?))
            });
            opened.push(match read {
                Ok((key, (people, stored))) if goes => Ok(Opened { id, key, attempts, people, stored }),
                _ => Err(id),
            });
        }
        let people: Vec<_> = opened.iter().flatten().flat_map(Opened::concerned).map(PersonId::into_owned).collect();
        Ok::<_, Failure>(Seen::people(people, opened))
    });
    let (mut rows, mut damaged) = (Vec::new(), Vec::new());
    for row in read.await? {
        match row {
            Ok(row) => rows.push(row),
            Err(id) => damaged.push(id),
        }
    }
    if !damaged.is_empty() {
        shared.outbox.bury_damaged(damaged).await.map_err(Failure::of)?;
    }
    Ok(rows)
}
