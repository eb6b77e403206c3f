//! `POST` from atena: people with new unified numbers; a code is obtained for each.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Accepted;
use protocol::messages::atena::CodeRequest;
use protocol::messages::relay::UnifiedNumbers;
use wire::{Json, Once, Problem, RequestCaller};
use work::outbox::NewMessage;

use super::ask::WantedCode;
use crate::table::person;
use crate::{Relay, RelayError};

/// Takes them in, each with a processing number (処理通番) of its own; one that is known has no effect.
pub(crate) async fn take(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<UnifiedNumbers>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock, outbox) = (relay.room.clone(), relay.room.clock().clone(), relay.outbox.clone());
    let answer = room.change(&caller, crate::routes::PERSONS, move |tx, _| {
        let accepted = once.run(tx, clock.as_ref(), |tx| {
            let mut messages = Vec::new();
            for unified in &request.unified_numbers {
                let processing_number = relay.entropy.id128();
                let number = processing_number.as_bytes().as_slice();
                let values = (person::unified.eq(unified.as_str()), person::processing_number.eq(number));
                if store::insert_ignore!(tx, person::table, values, (person::unified))? == 1 {
                    let wanted = CodeRequest { processing_number, unified_number: *unified };
                    messages.push(NewMessage::to(&relay.atena, wanted).about(unified.as_str()));
                }
            }
            relay.outbox.enqueue::<WantedCode>(tx, messages)?;
            Ok::<_, RelayError>(Accepted { accepted: request.unified_numbers.len() as u64 })
        })?;
        let people = request.unified_numbers.iter().map(|unified| crate::person_id(unified.as_str()));
        Ok::<_, RelayError>(Seen::people(people, accepted))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}
