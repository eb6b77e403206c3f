//! `POST` from the relay: codes are wanted for these people; atena adds the individual number, which the relay may not have.

use std::collections::HashMap;

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::{Accepted, atena::CodeRequests};
use wire::{Json, Once, Problem, RequestCaller};
use work::outbox::NewMessage;

use super::tell::{Wanted, WantedCode};
use super::{code_request, person};
use crate::{Atena, AtenaError};

/// Takes the requests in; the outbox sends them on.
pub(crate) async fn ask(
    State(atena): State<Atena>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<CodeRequests>,
) -> Result<Json<Accepted>, Problem> {
    wire::limit_rows(request.rows.len())?;
    let (room, clock, outbox) = (atena.room.clone(), atena.room.clock().clone(), atena.outbox.clone());
    let answer = room.change(&caller, crate::routes::CODES, move |tx, _| {
        let accepted = once.run(tx, clock.as_ref(), |tx| {
            let asked: Vec<&str> = request.rows.iter().map(|row| row.unified_number.as_str()).collect();
            let columns = (person::unified, person::id, person::number_index, person::sealed_number);
            let known: Vec<(String, i64, Vec<u8>, Vec<u8>)> =
                person::table.filter(person::unified.eq_any(asked)).select(columns).load(tx)?;
            let known: HashMap<String, (i64, Vec<u8>, Vec<u8>)> =
                known.into_iter().map(|(unified, id, index, sealed)| (unified, (id, index, sealed))).collect();
            let (mut accepted, mut messages) = (0, Vec::new());
            for row in &request.rows {
                let Some((person, index, sealed)) = known.get(row.unified_number.as_str()) else { continue };
                let processing_number = row.processing_number;
                let number = processing_number.as_bytes().as_slice();
                let values = (code_request::processing_number.eq(number), code_request::person.eq(person));
                if store::insert_ignore!(tx, code_request::table, values)? == 1 {
                    let wanted = Wanted { processing_number, number_index: index.clone(), sealed_number: sealed.clone() };
                    messages.push(NewMessage::to(&atena.resident_network, wanted).about(row.unified_number.as_str()));
                }
                accepted += 1;
            }
            atena.outbox.enqueue::<WantedCode>(tx, messages)?;
            Ok::<_, AtenaError>(Accepted { accepted })
        })?;
        let people = request.rows.iter().map(|row| crate::person_id(row.unified_number.as_str()));
        Ok::<_, AtenaError>(Seen::people(people, accepted))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}
