//! `POST` from the relay: codes are wanted for these people; atena adds the individual number, which the relay may not have.

use std::collections::HashMap;

use axum::extract::State;
use diesel::prelude::*;
use protocol::messages::{Accepted, atena::CodeRequests};
use wire::{Asked, Json, Once, Problem};

use super::{code_request, person};
use crate::{Atena, AtenaError};

/// Takes the requests in; the background task sends them on.
pub(crate) async fn ask(
    State(atena): State<Atena>,
    Asked(caller): Asked,
    once: Once,
    Json(request): Json<CodeRequests>,
) -> Result<Json<Accepted>, Problem> {
    wire::limit_rows(request.rows.len())?;
    let (room, clock, bell) = (atena.room.clone(), atena.room.clock().clone(), atena.bell.clone());
    let answer = room.write(&caller, crate::CODES, move |tx, record| {
        request.rows.iter().for_each(|row| record.subject(row.unified_number.as_str()));
        once.run(tx, clock.as_ref(), |tx| {
            let asked: Vec<&str> = request.rows.iter().map(|row| row.unified_number.as_str()).collect();
            let known: Vec<(String, i64)> =
                person::table.filter(person::unified.eq_any(asked)).select((person::unified, person::id)).load(tx)?;
            let known: HashMap<String, i64> = known.into_iter().collect();
            let mut accepted = 0;
            for row in &request.rows {
                let Some(person) = known.get(row.unified_number.as_str()) else { continue };
                let number = row.processing_number.as_bytes().as_slice();
                let values = (code_request::processing_number.eq(number), code_request::person.eq(person), code_request::told.eq(0));
                store::insert_ignore!(tx, code_request::table, values)?;
                accepted += 1;
            }
            Ok::<_, AtenaError>(Accepted { accepted })
        })
    });
    let answer = answer.await?;
    bell.ring();
    Ok(Json(answer))
}
