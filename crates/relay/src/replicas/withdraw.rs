//! `POST` from atena: the replicas of people under whose unified number another's were stored (紐付け誤り) go. The operator of the platform
//! has no such route (C-II-6-REL-2).

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::{Accepted, relay::Withdrawals};
use wire::{Json, Once, Problem, RequestCaller};

use crate::table::{replica, withdrawal};
use crate::{Relay, RelayError};

/// Nobody is answered with them from now on; what is sent afterwards is stored again. It is remembered with its effect, for longer than
/// answers are: sent again by an operator after weeks, it takes nothing that was stored since.
pub(crate) async fn withdraw(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<Withdrawals>,
) -> Result<Json<Accepted>, Problem> {
    wire::limit_rows(request.unified_numbers.len())?;
    let (room, clock) = (relay.room.clone(), relay.room.clock().clone());
    let answer = room.change(&caller, crate::routes::WITHDRAW, move |tx, _| {
        let accepted = once.run(tx, clock.as_ref(), |tx| {
            let before: Option<i64> = withdrawal::table.find(once.key()).select(withdrawal::gone).first(tx).optional()?;
            if let Some(gone) = before {
                return Ok(Accepted { accepted: u64::try_from(gone).unwrap_or(0) });
            }
            let those: Vec<&str> = request.unified_numbers.iter().map(|unified| unified.as_str()).collect();
            let gone = diesel::delete(replica::table.filter(replica::unified.eq_any(those))).execute(tx)?;
            let row = (
                withdrawal::request_key.eq(once.key()),
                withdrawal::gone.eq(i64::try_from(gone).unwrap_or(i64::MAX)),
                withdrawal::at.eq(clock.now_ms()),
            );
            diesel::insert_into(withdrawal::table).values(row).execute(tx)?;
            Ok::<_, RelayError>(Accepted { accepted: gone as u64 })
        })?;
        let people = request.unified_numbers.iter().map(|unified| crate::person_id(unified.as_str()));
        Ok::<_, RelayError>(Seen::people(people, accepted))
    });
    Ok(Json(answer.await?))
}
