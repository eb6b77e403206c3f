//! `POST` from the visit's tablet: how it ended.

use axum::extract::State;
use axum::http::HeaderMap;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Outcome;
use protocol::messages::portal::{VisitClose, VisitEnd};
use vocabulary::Id128;
use wire::{Json, Path, Peer, Problem, RequestCaller};

use super::admit::{Shown, admit};
use super::state;
use crate::portal::routes::VISIT_CLOSE;
use crate::portal::table::visit;
use crate::portal::{Portal, PortalError, person_id};

/// `done` when there is a result, `declined` when there is none. The same again has no second effect; the other one is refused.
pub(in crate::portal) async fn close(
    State(portal): State<Portal>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    Path(visit): Path<Id128>,
    headers: HeaderMap,
    Json(VisitClose { outcome }): Json<VisitClose>,
) -> Result<Json<Outcome>, Problem> {
    let shown = Shown::of(visit, &headers, peer)?;
    let room = portal.room.clone();
    let write = room.change(&caller, VISIT_CLOSE, move |tx, _| {
        let visit = admit(tx, &portal, &shown)?;
        let seen = |outcome| Seen::person(person_id(visit.person), outcome);
        let has_result = visit.result.is_some();
        let at = match outcome {
            VisitEnd::Done if has_result => visit.state.clone(),
            VisitEnd::Done => return Err(PortalError::Step("there is no result yet")),
            VisitEnd::Declined if has_result => return Err(PortalError::Step("there is a result already")),
            // the hub may have the result, and only its answer was lost
            VisitEnd::Declined if visit.state == state::PROCEED => return Err(PortalError::Step("a result is on its way: send it again")),
            VisitEnd::Declined => state::DECLINED.to_owned(),
        };
        if visit.ended {
            return if visit.state == at { Ok(seen(Outcome::of(&at))) } else { Err(PortalError::VisitEnded) };
        }
        let ended = (visit::state.eq(&at), visit::ended_at.eq(portal.now()));
        diesel::update(visit::table.find(visit.id.as_bytes().to_vec())).set(ended).execute(tx)?;
        Ok::<_, PortalError>(seen(Outcome::of(&at)))
    });
    Ok(Json(write.await?))
}
