//! `POST` from atena: the replicas of people under whose unified number another's were stored (紐付け誤り) go. The operator of the platform
//! has no such route (C-II-6-REL-2).

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::{Accepted, relay::Withdrawals};
use wire::{Asked, Json, Once, Problem};

use crate::table::replica;
use crate::{Relay, RelayError};

/// Nobody is answered with them from now on; what is sent afterwards is stored again.
pub(crate) async fn withdraw(
    State(relay): State<Relay>,
    Asked(caller): Asked,
    once: Once,
    Json(request): Json<Withdrawals>,
) -> Result<Json<Accepted>, Problem> {
    wire::limit_rows(request.unified_numbers.len())?;
    let (room, clock) = (relay.room.clone(), relay.room.clock().clone());
    let answer = room.change(&caller, crate::routes::WITHDRAW, move |tx, _| {
        let accepted = once.run(tx, clock.as_ref(), |tx| {
            let those: Vec<&str> = request.unified_numbers.iter().map(|unified| unified.as_str()).collect();
            let gone = diesel::delete(replica::table.filter(replica::unified.eq_any(those))).execute(tx)?;
            Ok::<_, RelayError>(Accepted { accepted: gone as u64 })
        })?;
        let people = request.unified_numbers.iter().map(|unified| crate::person_id(unified.as_str()));
        Ok::<_, RelayError>(Seen::people(people, accepted))
    });
    Ok(Json(answer.await?))
}
