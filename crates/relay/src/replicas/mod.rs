//! Replicas (副本): stored as the registry signed them, found by person, business and information.

pub(crate) mod withdraw;

use std::collections::HashSet;

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::RowProblem;
use protocol::messages::inquiries::Replica;
use protocol::messages::relay::{NOT_YET, ReplicaAnswer, ReplicaRow, ReplicasAnswer, ReplicasRequest};
use protocol::signed::{Expected, Opened, VerifyingKeys};
use store::Tx;
use vault::Cell;
use wire::replay::{self, ReplayError};
use wire::{Json, Once, Problem, RequestCaller};

use crate::table::{person, replica};
use crate::{Relay, RelayError};

/// Checks signature and format row by row; a bad one comes back, the others are stored. One that was seen before, or is older than what is
/// stored, does not bring back what it says: a flag that was set since stays set (T-08).
pub(crate) async fn store(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<ReplicasRequest>,
) -> Result<Json<ReplicasAnswer>, Problem> {
    wire::limit_rows(request.rows.len())?;
    let keys = relay.client.verifying_keys(&relay.registry, request.rows.iter().map(|row| &row.envelope)).await?;
    let (room, clock) = (relay.room.clone(), relay.room.clock().clone());
    let answer = room.change(&caller, crate::routes::REPLICAS, move |tx, _| {
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let asked: Vec<&str> = request.rows.iter().map(|row| row.unified_number.as_str()).collect();
            let known: Vec<String> = person::table.filter(person::unified.eq_any(asked)).select(person::unified).load(tx)?;
            let known: HashSet<String> = known.into_iter().collect();
            let mut rows = Vec::with_capacity(request.rows.len());
            for (at, row) in (1..).zip(&request.rows) {
                let problem = if known.contains(row.unified_number.as_str()) {
                    one(tx, &relay, row, &keys)?.map(|(code, detail)| RowProblem::of_field(at, "envelope", code, detail))
                } else {
                    let detail = "atena has not told this unified number yet: send it again";
                    Some(RowProblem::of_field(at, "unifiedNumber", NOT_YET, detail))
                };
                let digest = problem.is_none().then(|| row.envelope.digest());
                rows.push(ReplicaAnswer { unified_number: row.unified_number, digest, problem });
            }
            Ok::<_, RelayError>(ReplicasAnswer { rows })
        })?;
        let people = request.rows.iter().map(|row| crate::person_id(row.unified_number.as_str()));
        Ok::<_, RelayError>(Seen::people(people, answer))
    });
    Ok(Json(answer.await?))
}

/// Code and detail of a problem.
type Bad = Option<(&'static str, String)>;

fn one(tx: &mut Tx, relay: &Relay, row: &ReplicaRow, keys: &VerifyingKeys) -> Result<Bad, RelayError> {
    let expected = Expected { sender: &relay.registry, receiver: &relay.party, keys };
    let opened = match replay::open_once(tx, &row.envelope, &expected, relay.room.clock().as_ref()) {
        Ok(opened) => opened,
        Err(ReplayError::Store(error)) => return Err(error.into()),
        Err(ReplayError::Refused(refused)) => return Ok(Some((refused.code(), refused.to_string()))),
    };
    if opened.body.business != row.business || opened.body.information != row.information {
        return Ok(Some(("other-than-signed", "business and information are not those of the signed replica".to_owned())));
    }
    put(tx, relay, row, &opened)
}

fn put(tx: &mut Tx, relay: &Relay, row: &ReplicaRow, opened: &Opened<Replica>) -> Result<Bad, RelayError> {
    let (unified, issued) = (row.unified_number.as_str(), opened.head.issued.as_millisecond());
    let there = replica::table.find((unified, &row.business, &row.information)).select(replica::issued_at);
    if there.first::<i64>(tx).optional()?.is_some_and(|there| there > issued) {
        return Ok(Some(("older", "a replica that was signed later is stored".to_owned())));
    }
    let name = name(unified, &row.business, &row.information);
    let sealed = relay.room.vault().seal(&Cell::new("replica", &name, "envelope"), row.envelope.as_bytes())?;
    let values = (
        replica::unified.eq(unified),
        replica::business.eq(&row.business),
        replica::information.eq(&row.information),
        replica::envelope.eq(&sealed),
        replica::digest.eq(row.envelope.digest().0.to_vec()),
        replica::no_automatic_answer.eq(i16::from(opened.body.no_automatic_answer)),
        replica::not_disclosed.eq(i16::from(opened.body.not_disclosed)),
        replica::issued_at.eq(issued),
        replica::stored_at.eq(relay.room.clock().now_ms()),
    );
    let changes = (
        replica::envelope.eq(store::excluded(replica::envelope)),
        replica::digest.eq(store::excluded(replica::digest)),
        replica::no_automatic_answer.eq(store::excluded(replica::no_automatic_answer)),
        replica::not_disclosed.eq(store::excluded(replica::not_disclosed)),
        replica::issued_at.eq(store::excluded(replica::issued_at)),
        replica::stored_at.eq(store::excluded(replica::stored_at)),
    );
    store::upsert!(tx, replica::table, values, (replica::unified, replica::business, replica::information), changes)?;
    Ok(None)
}

/// The row's name in the seal.
pub(crate) fn name(unified: &str, business: &str, information: &str) -> String {
    format!("{unified}\n{business}\n{information}")
}
