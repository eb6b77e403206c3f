//! `GET` from the visit's tablet: the questionnaire with the person's answers.

use axum::extract::State;
use axum::http::HeaderMap;
use ledger::Seen;
use protocol::messages::portal::VisitQuestionnaire;
use vocabulary::Id128;
use wire::{Json, Path, Peer, Problem, RequestCaller};

use super::admit::{Shown, admit};
use super::state;
use crate::portal::routes::VISIT_READ;
use crate::portal::{Portal, PortalError, binding, own, person_id};

/// Reading it is the review.
pub(in crate::portal) async fn read(
    State(portal): State<Portal>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    Path(visit): Path<Id128>,
    headers: HeaderMap,
) -> Result<Json<VisitQuestionnaire>, Problem> {
    let shown = Shown::of(visit, &headers, peer)?;
    let state = portal.clone();
    let write = portal.room.change(&caller, VISIT_READ, move |tx, _| {
        let visit = admit(tx, &state, &shown)?;
        let who = person_id(visit.person);
        let visit = visit.open(tx, &state, &shown)?;
        if visit.state == state::CONSENTED {
            visit.step(tx, state::REVIEWED)?;
        }
        Ok::<_, PortalError>(Seen::person(who, (visit.sheet, binding::pseudonym(tx, &state, &visit.key_index)?)))
    });
    let (sheet, pseudonym) = write.await?;
    let sheets = own::sheets(&portal, pseudonym).await?.rows;
    let questionnaire = sheets.into_iter().find(|one| one.id == sheet).ok_or(wire::Unknown("the questionnaire"))?;
    Ok(Json(VisitQuestionnaire { questionnaire }))
}
