//! What people and facilities entered, kept until the hub core has it.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::After;
use protocol::messages::edge::{Collection, Collections};
use store::Tx;
use vault::Cell;
use vocabulary::Id128;
use wire::{Json, Problem, Query, RequestCaller};

use crate::table::{collection, id128, seal, tally, unseal};
use crate::{Edge, EdgeError};

const BATCH: i64 = 1_000;
const SEQUENCE: &str = "sequence";

/// The number of the last row there ever was.
pub(crate) fn last(tx: &mut Tx) -> Result<i64, EdgeError> {
    Ok(tally::table.find(SEQUENCE).select(tally::value).first(tx).optional()?.unwrap_or(0))
}

/// Adds a row under the next number; in the transaction of what it tells of. Numbers go on even when all rows are fetched and gone.
pub(crate) fn put(tx: &mut Tx, edge: &Edge, person: &Id128, row: impl FnOnce(i64) -> Collection) -> Result<(), EdgeError> {
    let sequence = last(tx)? + 1;
    let tallied = (tally::name.eq(SEQUENCE), tally::value.eq(sequence));
    store::upsert!(tx, tally::table, tallied, (tally::name), tally::value.eq(sequence))?;
    let body = seal(edge.room.vault(), &cell(&sequence.to_be_bytes()), &row(sequence))?;
    let values = (collection::sequence.eq(sequence), collection::person.eq(person.as_bytes().as_slice()), collection::body.eq(body));
    diesel::insert_into(collection::table).values(values).execute(tx)?;
    Ok(())
}

fn cell(sequence: &[u8; 8]) -> Cell<'_> {
    Cell::new("collection", sequence, "body")
}

/// `GET`: the next rows. Asking after a number says that everything up to it is kept at the core; here it is then forgotten.
pub(crate) async fn give(
    State(edge): State<Edge>,
    RequestCaller(caller): RequestCaller,
    Query(After { after }): Query<After>,
) -> Result<Json<Collections>, Problem> {
    // Whether there is anything says nothing about a person, and the core asks every few seconds.
    let waiting = edge.room.count(|tx| Ok::<i64, EdgeError>(collection::table.count().get_result(tx)?));
    if waiting.await? == 0 {
        return Ok(Json(Collections { rows: Vec::new() }));
    }
    let room = edge.room.clone();
    let given = room.change(&caller, crate::routes::COLLECTIONS, move |tx, _| {
        diesel::delete(collection::table.filter(collection::sequence.le(after))).execute(tx)?;
        let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = collection::table.order(collection::sequence).limit(BATCH).load(tx)?;
        let (mut given, mut people) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for (sequence, person, body) in rows {
            people.push(Edge::person_id(&id128(&person)?));
            given.push(unseal(edge.room.vault(), &cell(&sequence.to_be_bytes()), &body)?);
        }
        Ok::<_, EdgeError>(Seen::people(people, Collections { rows: given }))
    });
    Ok(Json(given.await?))
}
