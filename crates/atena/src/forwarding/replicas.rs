//! `POST` 副本: rows whose own code is known go to the relay with the unified number; the others come back. So do those of somebody of whom
//! the relay has yet to withdraw what was another's: what is stored now must not go with it.

use std::collections::HashMap;

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::atena::{ReplicaAnswer, ReplicasAnswer, ReplicasRequest};
use protocol::messages::relay::{self, NOT_YET, ReplicaRow};
use protocol::{Digest, RowProblem};
use serde::{Deserialize, Serialize};
use wire::{Json, Once, Peer, Problem, RequestCaller};

use super::keep;
use crate::persons::tell::Withdrawal;
use crate::persons::{own_code, person};
use crate::{Atena, AtenaError};

/// An own code's person.
#[derive(Serialize, Deserialize)]
struct StoredPerson {
    code: String,
    person: i64,
    unified: String,
    /// A withdrawal of theirs is still on its way.
    waits: bool,
}

/// Asks the relay within the request: the same request again is the same at the relay too, because its key is made from ours.
pub(crate) async fn forward(
    State(atena): State<Atena>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(request): Json<ReplicasRequest>,
) -> Result<Json<ReplicasAnswer>, Problem> {
    wire::limit_rows(request.rows.len())?;
    let business = peer.party.system();
    let asked: Vec<String> = request.rows.iter().map(|row| row.resident_number.to_string()).collect();
    // Whose they are, and who has to wait, is settled once for this request: what goes to the relay is the same at each try, and another
    // request under the same key is refused before anything leaves.
    let (whose, clock, outbox) = (once.under(super::key(&once, "whose")), atena.room.clock().clone(), atena.outbox.clone());
    let known = atena.room.change(&caller, crate::routes::REPLICAS, move |tx, _| {
        let known: Vec<StoredPerson> = whose.run(tx, clock.as_ref(), |tx| {
            let mine = own_code::table.inner_join(person::table.on(person::id.eq(own_code::person)));
            let mine = mine.filter(own_code::business.eq(business).and(own_code::code.eq_any(&asked)));
            let mine: Vec<(String, i64, String)> = mine.select((own_code::code, person::id, person::unified)).load(tx)?;
            let left = outbox.subjects_left::<Withdrawal>(tx)?;
            let known = mine.into_iter().map(|(code, person, unified)| {
                let waits = left.contains(&outbox.subject(&unified));
                StoredPerson { code, person, unified, waits }
            });
            Ok::<Vec<StoredPerson>, AtenaError>(known.collect())
        })?;
        let people: Vec<String> = known.iter().map(|known| known.unified.clone()).collect();
        Ok::<_, AtenaError>(Seen::people(people.iter().map(|unified| crate::person_id(unified)), known))
    });
    let known: HashMap<String, StoredPerson> = known.await?.into_iter().map(|known| (known.code.clone(), known)).collect();
    if known.values().any(|known| known.waits) {
        atena.outbox.ring();
    }
    let mut answers: Vec<ReplicaAnswer> = Vec::with_capacity(request.rows.len());
    let (mut rows, mut places, mut named) = (Vec::new(), Vec::new(), Vec::new());
    for (at, row) in request.rows.into_iter().enumerate() {
        let found = known
            .get(row.resident_number.as_str())
            .and_then(|known| Some((known.person, known.unified.parse::<vocabulary::UnifiedNumber>().ok()?, known.waits)));
        let mut answer = ReplicaAnswer { resident_number: row.resident_number, digest: None, problem: None };
        match found {
            Some((.., true)) => {
                let detail = "the relay has yet to withdraw what was stored of another under this person's number: send it again";
                answer.problem = Some(RowProblem::of_field(at as u64 + 1, "residentNumber", NOT_YET, detail));
            }
            Some((person, unified_number, false)) => {
                named.push(unified_number.to_string());
                places.push((at, person, row.envelope.digest()));
                rows.push(ReplicaRow { unified_number, business: row.business, information: row.information, envelope: row.envelope });
            }
            None => {
                let detail = "this own code has no unified number: ask for one first";
                answer.problem = Some(RowProblem::of_field(at as u64 + 1, "residentNumber", "notNumbered", detail));
            }
        }
        answers.push(answer);
    }
    let message = relay::ReplicasRequest { rows };
    let key = super::key(&once, "relay");
    let stored: relay::ReplicasAnswer = atena.client.post(&atena.relay, relay::REPLICAS, key, &message).await?;
    if stored.rows.len() != places.len() {
        return Err(wire::BadAnswer("the relay's answer has another number of rows").into());
    }
    let mut kept: Vec<(i64, Digest, Digest)> = Vec::with_capacity(places.len());
    for ((at, person, came), row) in places.into_iter().zip(stored.rows) {
        let Some(answer) = answers.get_mut(at) else { continue };
        if let Some(went) = row.digest {
            kept.push((person, came, went));
        }
        answer.digest = row.digest;
        answer.problem = row.problem.map(|problem| RowProblem { row: at as u64 + 1, ..problem });
    }
    let clock = atena.room.clock().clone();
    let answer = atena.room.change(&caller, crate::routes::REPLICAS, move |tx, record| {
        record.note("forwarded to the relay");
        let answer = once.run(tx, clock.as_ref(), |tx| {
            keep(tx, "replica", &kept, clock.now_ms())?;
            Ok::<_, AtenaError>(ReplicasAnswer { rows: answers })
        })?;
        Ok::<_, AtenaError>(Seen::people(named.iter().map(|unified| crate::person_id(unified)), answer))
    });
    Ok(Json(answer.await?))
}
