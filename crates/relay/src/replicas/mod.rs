//! Replicas (副本): stored as the registry signed them, found by person, business and information.

use axum::extract::State;
use diesel::prelude::*;
use store::Tx;
use vault::{Cell, VerifyingKey};
use wire::messages::inquiries::Replica;
use wire::messages::relay::{ReplicaAnswer, ReplicaRow, ReplicasAnswer, ReplicasRequest};
use wire::signed::{Expected, Opened};
use wire::{Asked, Json, Once, Problem, RowProblem};

use crate::table::{person, replica};
use crate::{Relay, RelayError};

/// Checks signature and format row by row; a bad one comes back, the others are stored; the newest made replaces.
pub(crate) async fn store(
    State(relay): State<Relay>,
    Asked(caller): Asked,
    once: Once,
    Json(request): Json<ReplicasRequest>,
) -> Result<Json<ReplicasAnswer>, Problem> {
    let key = relay.client.keys(&relay.registry).await?.verifying_key().ok_or(RelayError::Malformed("the registry's verifying key"))?;
    let (room, clock) = (relay.room.clone(), relay.room.clock().clone());
    let answer = room.write(&caller, crate::REPLICAS, move |tx, record| {
        request.rows.iter().for_each(|row| record.subject(row.unified_number.as_str()));
        once.run(tx, clock.as_ref(), |tx| {
            let asked: Vec<&str> = request.rows.iter().map(|row| row.unified_number.as_str()).collect();
            let known: Vec<String> = person::table.filter(person::unified.eq_any(asked)).select(person::unified).load(tx)?;
            let known: std::collections::HashSet<String> = known.into_iter().collect();
            let mut rows = Vec::with_capacity(request.rows.len());
            for (at, row) in (0..).zip(&request.rows) {
                let problem = match checked(&relay, row, &key) {
                    _ if !known.contains(row.unified_number.as_str()) => Some(RowProblem::of_field(
                        at,
                        "unifiedNumber",
                        "unknown",
                        "atena has not told this unified number yet: send it again",
                    )),
                    Ok(opened) => put(tx, &relay, row, &opened.body, clock.now_ms()).map(|()| None)?,
                    Err(problem) => Some(RowProblem::of_field(at, "envelope", "refused", problem.to_string())),
                };
                let digest = problem.is_none().then(|| row.envelope.digest());
                rows.push(ReplicaAnswer { unified_number: row.unified_number, digest, problem });
            }
            Ok::<_, RelayError>(ReplicasAnswer { rows })
        })
    });
    Ok(Json(answer.await?))
}

fn checked(relay: &Relay, row: &ReplicaRow, key: &VerifyingKey) -> Result<Opened<Replica>, RelayError> {
    let expected = Expected { sender: &relay.registry, receiver: &relay.party, key };
    let opened = row.envelope.open_archived(&expected)?;
    if opened.body.business != row.business || opened.body.information != row.information {
        return Err(RelayError::Malformed("business and information are not those of the signed replica"));
    }
    Ok(opened)
}

fn put(tx: &mut Tx, relay: &Relay, row: &ReplicaRow, body: &Replica, now: i64) -> Result<(), RelayError> {
    let name = name(row.unified_number.as_str(), &row.business, &row.information);
    let sealed = relay.room.vault().seal(&Cell::new("replica", &name, "envelope"), row.envelope.as_bytes())?;
    let values = (
        replica::unified.eq(row.unified_number.as_str()),
        replica::business.eq(&row.business),
        replica::information.eq(&row.information),
        replica::envelope.eq(&sealed),
        replica::digest.eq(row.envelope.digest().0.to_vec()),
        replica::no_automatic_answer.eq(i16::from(body.no_automatic_answer)),
        replica::not_disclosed.eq(i16::from(body.not_disclosed)),
        replica::stored_at.eq(now),
    );
    let changes = (
        replica::envelope.eq(store::excluded(replica::envelope)),
        replica::digest.eq(store::excluded(replica::digest)),
        replica::no_automatic_answer.eq(store::excluded(replica::no_automatic_answer)),
        replica::not_disclosed.eq(store::excluded(replica::not_disclosed)),
        replica::stored_at.eq(store::excluded(replica::stored_at)),
    );
    store::upsert!(tx, replica::table, values, (replica::unified, replica::business, replica::information), changes)?;
    Ok(())
}

/// The row's name in the seal.
pub(crate) fn name(unified: &str, business: &str, information: &str) -> String {
    format!("{unified}\n{business}\n{information}")
}
