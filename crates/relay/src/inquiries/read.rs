//! `GET` an inquiry's state, with the answer once there is one.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::{Octets, inquiries::InquiryState, relay::InquiryStatus};
use vault::Cell;
use vocabulary::Id128;
use wire::{Json, Path, Problem, RequestCaller};

use crate::table::{inquiry, state};
use crate::{Relay, RelayError};

type Found = Option<(String, String, Option<String>, Option<Vec<u8>>)>;

/// The answer stays to be fetched until its time is over.
pub(crate) async fn read(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    Path(id): Path<Id128>,
) -> Result<Json<InquiryStatus>, Problem> {
    let key = id.as_bytes().to_vec();
    let found = relay.room.change(&caller, crate::routes::READ_INQUIRY, move |tx, _| {
        let columns = (inquiry::unified, inquiry::state, inquiry::reason, inquiry::answer);
        let found: Found = inquiry::table.find(key.clone()).select(columns).first(tx).optional()?;
        let who = found.as_ref().map(|(unified, ..)| crate::person_id(unified).into_owned());
        if let Some((_, now_in, ..)) = &found
            && now_in == state::ANSWERED
        {
            diesel::update(inquiry::table.find(key)).set(inquiry::state.eq(state::FETCHED)).execute(tx)?;
        }
        Ok::<_, RelayError>(Seen::people(who, found))
    });
    let (_, now_in, reason, sealed) = found.await?.ok_or(wire::Unknown("the inquiry"))?;
    let answer = match sealed {
        Some(sealed) => Some(Octets(
            relay.room.vault().open_cell(&Cell::new("inquiry", id.as_bytes(), "answer"), &sealed).map_err(RelayError::from)?.to_vec(),
        )),
        None => None,
    };
    let digest = answer.as_ref().map(Octets::digest);
    Ok(Json(InquiryStatus { state: word(&now_in)?, reason, answer, digest }))
}

fn word(text: &str) -> Result<InquiryState, RelayError> {
    Ok(match text {
        state::ASKED => InquiryState::Asked,
        state::SENT => InquiryState::Sent,
        state::ANSWERED => InquiryState::Answered,
        state::FETCHED => InquiryState::Fetched,
        state::ERASED => InquiryState::Erased,
        state::REFUSED => InquiryState::Refused,
        state::EXPIRED => InquiryState::Expired,
        state::AWAITING_PERSON => InquiryState::AwaitingPerson,
        _ => return Err(wire::Damaged("a state").into()),
    })
}
