//! `POST` 情報照会 from atena: durable first; the outbox asks for the permit.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::relay::{InquiryReceipt, InquiryRequest};
use protocol::signed::Expected;
use wire::replay;
use wire::{Json, Once, Problem, RequestCaller};

use super::permit;
use crate::table::{inquiry, person, state};
use crate::{Relay, RelayError};

/// The relay goes by what the registry signed, not by the fields beside it, which must say the same.
pub(crate) async fn take(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<InquiryRequest>,
) -> Result<Json<InquiryReceipt>, Problem> {
    let keys = relay.client.verifying_keys(&relay.registry, [&request.envelope]).await?;
    let (room, clock, outbox) = (relay.room.clone(), relay.room.clock().clone(), relay.outbox.clone());
    let receipt = room.change(&caller, crate::routes::INQUIRIES, move |tx, _| {
        let receipt = once.run(tx, clock.as_ref(), |tx| {
            let expected = Expected { sender: &relay.registry, receiver: &relay.party, keys: &keys };
            let asked = replay::open_once(tx, &request.envelope, &expected, clock.as_ref())?.body;
            let beside = (&request.business, &request.procedure, &request.information, request.from, request.to, request.provider);
            if beside != (&asked.business, &asked.procedure, &asked.information, asked.from, asked.to, asked.provider) {
                return Err(wire::Forbidden("the inquiry is not what the registry signed").into());
            }
            let known = person::table.find(request.unified_number.as_str()).select(person::code_index.is_not_null());
            let has_code: bool = known.first(tx).optional()?.ok_or(wire::Unknown("the unified number"))?;
            let (id, number) = (relay.entropy.id128(), relay.entropy.id128());
            let body = serde_json::to_vec(&asked).map_err(|_| wire::Defect("an inquiry that cannot be written"))?;
            let values = (
                inquiry::id.eq(id.as_bytes().to_vec()),
                inquiry::unified.eq(request.unified_number.as_str()),
                inquiry::business.eq(&asked.business),
                inquiry::information.eq(&asked.information),
                inquiry::provider.eq(asked.provider.as_str()),
                inquiry::body.eq(body),
                inquiry::processing_number.eq(number.as_bytes().to_vec()),
                inquiry::state.eq(state::ASKED),
                inquiry::asked_at.eq(clock.now_ms()),
            );
            diesel::insert_into(inquiry::table).values(values).execute(tx)?;
            // Without a code of the person it waits for that.
            if has_code {
                permit::ask(tx, &relay, id, request.unified_number.as_str())?;
            }
            Ok::<_, RelayError>(InquiryReceipt { inquiry: id })
        })?;
        Ok::<_, RelayError>(Seen::person(crate::person_id(request.unified_number.as_str()), receipt))
    });
    let receipt = receipt.await?;
    outbox.ring();
    Ok(Json(receipt))
}
