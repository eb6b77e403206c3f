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
use vault::{Cell, Vault, VaultError};
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
    let (may, named) = (MayAnswer::of(&opened.body), (unified, row.business.as_str(), row.information.as_str()));
    let sealed = seal(relay.room.vault(), named, may, row.envelope.as_bytes())?;
    let values = (
        replica::unified.eq(unified),
        replica::business.eq(&row.business),
        replica::information.eq(&row.information),
        replica::kept.eq(&sealed),
        replica::digest.eq(row.envelope.digest().0.to_vec()),
        replica::issued_at.eq(issued),
        replica::stored_at.eq(relay.room.clock().now_ms()),
    );
    let changes = (
        replica::kept.eq(store::excluded(replica::kept)),
        replica::digest.eq(store::excluded(replica::digest)),
        replica::issued_at.eq(store::excluded(replica::issued_at)),
        replica::stored_at.eq(store::excluded(replica::stored_at)),
    );
    store::upsert!(tx, replica::table, values, (replica::unified, replica::business, replica::information), changes)?;
    Ok(None)
}

/// What the registry said of answering with a replica.
#[derive(Clone, Copy)]
pub(crate) enum MayAnswer {
    /// By itself.
    Yes,
    /// After a person has confirmed it (自動応答不可).
    ByHand,
    /// Not at all (不開示).
    No,
}

impl MayAnswer {
    fn of(replica: &Replica) -> MayAnswer {
        match (replica.not_disclosed, replica.no_automatic_answer) {
            (true, _) => MayAnswer::No,
            (false, true) => MayAnswer::ByHand,
            (false, false) => MayAnswer::Yes,
        }
    }
}

/// Whose a replica is, of which business and information.
pub(crate) type Named<'a> = (&'a str, &'a str, &'a str);

/// A replica as the table keeps it: whether it may be answered with, in the first byte, and the registry's bytes.
fn seal(vault: &Vault, named: Named<'_>, may: MayAnswer, envelope: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut kept = vec![may as u8];
    kept.extend_from_slice(envelope);
    vault.seal(&Cell::new("replica", &name(named), "kept"), &kept)
}

/// The same, opened.
pub(crate) fn open(vault: &Vault, named: Named<'_>, sealed: &[u8]) -> Result<(MayAnswer, Vec<u8>), RelayError> {
    let kept = vault.open_cell(&Cell::new("replica", &name(named), "kept"), sealed)?;
    let (first, envelope) = kept.split_first().ok_or(wire::Damaged("a replica"))?;
    let may = [MayAnswer::Yes, MayAnswer::ByHand, MayAnswer::No].into_iter().find(|may| *may as u8 == *first);
    Ok((may.ok_or(wire::Damaged("a replica"))?, envelope.to_vec()))
}

fn name((unified, business, information): Named<'_>) -> String {
    format!("{unified}\n{business}\n{information}")
}
