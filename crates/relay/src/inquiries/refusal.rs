//! `POST` from the network system: nothing will come under the permit of an inquiry.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Outcome;
use protocol::messages::relay::PermitRefusal;
use wire::{Json, Once, Problem, RequestCaller};

use crate::table::{inquiry, state};
use crate::{Relay, RelayError};

/// The longest reason that is kept, in characters.
const LONGEST: usize = 200;

/// Ends an inquiry that waits, with the reason; what has its answer, or is over, stays as it is. The permit's own response may still be on
/// its way.
pub(crate) async fn take(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(refusal): Json<PermitRefusal>,
) -> Result<Json<Outcome>, Problem> {
    let clock = relay.room.clock().clone();
    let outcome = relay.room.change(&caller, crate::routes::REFUSALS, move |tx, record| {
        let number = refusal.processing_number.as_bytes().as_slice();
        let unified: Option<String> =
            inquiry::table.filter(inquiry::processing_number.eq(number)).select(inquiry::unified).first(tx).optional()?;
        let unified = unified.ok_or(wire::Unknown("the processing number"))?;
        let reason: String = refusal.reason.chars().take(LONGEST).collect();
        let outcome = once.run(tx, clock.as_ref(), |tx| {
            let open = inquiry::processing_number.eq(number).and(inquiry::state.eq_any([state::ASKED, state::SENT]));
            let change = (inquiry::state.eq(state::REFUSED), inquiry::reason.eq(reason));
            let ended = diesel::update(inquiry::table.filter(open)).set(change).execute(tx)?;
            record.note(if ended == 0 { "the inquiry is over already" } else { state::REFUSED });
            Ok::<_, RelayError>(Outcome::of("accepted"))
        })?;
        Ok::<_, RelayError>(Seen::person(crate::person_id(&unified), outcome))
    });
    Ok(Json(outcome.await?))
}
