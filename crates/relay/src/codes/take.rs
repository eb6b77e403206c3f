//! `POST` 符号 from the network system: the code of whoever this processing number was used for.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Accepted;
use protocol::messages::relay::{CodeRow, Codes};
use store::Tx;
use wire::{Json, Once, Problem, RequestCaller};

use crate::table::person;
use crate::{Relay, RelayError, inquiries};

/// Takes codes in, and says how many it has now. A person's code never changes and is nobody else's: a row that says otherwise has no
/// effect and is an alarm, and the other rows go in.
pub(crate) async fn take(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<Codes>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock, outbox) = (relay.room.clone(), relay.room.clock().clone(), relay.outbox.clone());
    let answer = room.change(&caller, crate::routes::CODES, move |tx, record| {
        let numbers: Vec<&[u8]> = request.rows.iter().map(|row| row.processing_number.as_bytes().as_slice()).collect();
        let people: Vec<String> = person::table.filter(person::processing_number.eq_any(numbers)).select(person::unified).load(tx)?;
        let refused = std::cell::Cell::new(0);
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let mut accepted = 0;
            for row in &request.rows {
                let taken = put(tx, &relay, row)?;
                accepted += u64::from(taken);
                refused.set(refused.get() + u64::from(!taken));
            }
            Ok::<_, RelayError>(Accepted { accepted })
        })?;
        if refused.get() > 0 {
            tracing::error!(alarm = "code", refused = refused.get(), "codes of unknown processing numbers, or other codes than are known");
            record.note(format!("alarm: {} codes refused", refused.get()));
        }
        Ok::<_, RelayError>(Seen::people(people.iter().map(|unified| crate::person_id(unified)), answer))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}

/// Whether the person of the processing number has this code now; inquiries about them that waited for it are asked.
fn put(tx: &mut Tx, relay: &Relay, row: &CodeRow) -> Result<bool, RelayError> {
    let (number, vault) = (row.processing_number.as_bytes().as_slice(), relay.room.vault());
    let index = super::index(vault, &row.code);
    let one = person::table.filter(person::processing_number.eq(number)).select((person::unified, person::code_index));
    let Some((unified, known)) = one.first::<(String, Option<Vec<u8>>)>(tx).optional()? else { return Ok(false) };
    match known {
        Some(known) if known != index => return Ok(false),
        Some(_) => {}
        None if super::whose(tx, vault, &row.code)?.is_some() => return Ok(false),
        None => {
            let code = (person::code_index.eq(index.as_slice()), person::sealed_code.eq(super::seal(vault, &unified, &row.code)?));
            diesel::update(person::table.find(&unified)).set(code).execute(tx)?;
        }
    }
    inquiries::permit::ask_waiting(tx, relay, number)?;
    Ok(true)
}
