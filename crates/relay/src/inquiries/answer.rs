//! `POST` from the network system: the provider's answer, which only this relay can open.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Outcome;
use protocol::messages::relay::AnswerDelivery;
use protocol::signed::Expected;
use vault::Cell;
use vocabulary::{MunicipalityCode, Party};
use wire::replay;
use wire::{Json, Once, Problem, RequestCaller};

use crate::table::{inquiry, state};
use crate::{Relay, RelayError};

/// What the answer is sealed for.
pub(crate) fn info(provider: &Party, asker: &Party) -> Vec<u8> {
    format!("kenshin {provider} {asker} answer").into_bytes()
}

/// One answer an inquiry; it may come before the permit's own response.
pub(crate) async fn take(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(delivery): Json<AnswerDelivery>,
) -> Result<Json<Outcome>, Problem> {
    let number = delivery.processing_number.as_bytes().to_vec();
    let of_inquiry = number.clone();
    let found = relay.room.see(&caller, crate::routes::ANSWERS, move |tx, _| {
        let row =
            inquiry::table.filter(inquiry::processing_number.eq(of_inquiry)).select((inquiry::id, inquiry::unified, inquiry::provider));
        let found: Option<(Vec<u8>, String, String)> = row.first(tx).optional()?;
        let who = found.as_ref().map(|(_, unified, _)| crate::person_id(unified).into_owned());
        Ok::<_, RelayError>(Seen::people(who, found))
    });
    let (id, unified, provider) = found.await?.ok_or(wire::Unknown("the processing number"))?;
    let provider = MunicipalityCode::parse(&provider).map_err(|_| wire::Damaged("a provider"))?;
    let provider = Party::of("relay", provider).map_err(|_| wire::Damaged("a provider"))?;
    let keys = relay.client.verifying_keys(&provider, [&delivery.answer]).await?;
    let (room, clock) = (relay.room.clone(), relay.room.clock().clone());
    let answer = room.change(&caller, crate::routes::ANSWERS, move |tx, _| {
        let taken = once.run(tx, clock.as_ref(), |tx| {
            let expected = Expected { sender: &provider, receiver: &relay.party, keys: &keys };
            let provided = replay::open_once(tx, &delivery.answer, &expected, clock.as_ref())?.body;
            let (now_in, permit): (String, Option<Vec<u8>>) =
                inquiry::table.find(id.clone()).select((inquiry::state, inquiry::permit)).first(tx)?;
            if now_in != state::ASKED && now_in != state::SENT {
                return Err(wire::Forbidden("the inquiry has its answer, or is over").into());
            }
            if permit.is_some_and(|permit| permit != provided.permit.as_bytes()) {
                return Err(wire::Forbidden("the answer is for another permit").into());
            }
            let opened = match &provided.sealed {
                Some(sealed) => {
                    let receiver = relay.room.vault().receiver_holding_blocking(wire::RING, &sealed.key)?;
                    let plain = receiver.open(&info(&provider, &relay.party), provided.permit.to_string().as_bytes(), sealed)?;
                    Some(relay.room.vault().seal(&Cell::new("inquiry", &id, "answer"), &plain)?)
                }
                None => None,
            };
            let to = if opened.is_some() { state::ANSWERED } else { state::REFUSED };
            let change = (
                inquiry::state.eq(to),
                inquiry::reason.eq(provided.reason),
                inquiry::answer.eq(opened),
                inquiry::permit.eq(provided.permit.as_bytes().to_vec()),
                inquiry::answered_at.eq(clock.now_ms()),
            );
            diesel::update(inquiry::table.find(id)).set(change).execute(tx)?;
            Ok::<_, RelayError>(Outcome::of("accepted"))
        })?;
        Ok::<_, RelayError>(Seen::person(crate::person_id(&unified), taken))
    });
    Ok(Json(answer.await?))
}
