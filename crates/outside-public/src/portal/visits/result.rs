//! `POST` from the visit's tablet: the practitioner's part and the result. They pass through; the portal keeps name and digest.

use axum::extract::State;
use axum::http::HeaderMap;
use diesel::prelude::*;
use ledger::Seen;
use line::WireError;
use protocol::messages::Outcome;
use protocol::messages::edge::{self, EnteredResult, ResultEntry};
use protocol::messages::portal::VisitResult;
use protocol::{Digest, Private, id_of};
use vocabulary::{Id128, InstitutionCode};
use wire::{Json, Path, Peer, Problem, RequestCaller};

use super::admit::{Admitted, Shown, admit};
use super::state;
use crate::portal::routes::VISIT_ENTER;
use crate::portal::table::visit;
use crate::portal::{Portal, PortalError, binding, person_id};

/// The same again has no second effect; another one under the same name corrects it, while the visit is open.
pub(in crate::portal) async fn enter(
    State(portal): State<Portal>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    Path(visit): Path<Id128>,
    headers: HeaderMap,
    Json(result): Json<VisitResult>,
) -> Result<Json<Outcome>, Problem> {
    if result.examined_on > portal.room.clock().today() {
        return Err(wire::Malformed::field("examinedOn", "is a day to come: write the day of the examination").into());
    }
    let shown = Shown::of(visit, &headers, peer)?;
    let text = serde_json::to_vec(&result).map_err(|_| wire::Defect("the result cannot be written"))?;
    let digest = Digest::of(&text);
    let (state, named) = (portal.clone(), result.id);
    let proceed = portal.room.change(&caller, VISIT_ENTER, move |tx, _| {
        let visit = admit(tx, &state, &shown)?;
        let who = person_id(visit.person);
        if visit.result_digest.as_deref() == Some(digest.0.as_slice()) {
            return Ok(Seen::person(who, (visit, None)));
        }
        let visit = visit.open(tx, &state, &shown)?;
        if visit.result.is_some_and(|there| there != named) {
            return Err(PortalError::Step("the visit has its result under another name"));
        }
        match visit.state.as_str() {
            state::CONSENTED => return Err(PortalError::Step("read the questionnaire before the result is entered")),
            state::REVIEWED => visit.step(tx, state::PROCEED)?,
            _ => {}
        }
        let pseudonym = binding::pseudonym(tx, &state, &visit.key_index)?;
        Ok::<_, PortalError>(Seen::person(who, (visit, Some(pseudonym))))
    });
    let (visit, pseudonym) = proceed.await?;
    // sent and acknowledged already
    let Some(pseudonym) = pseudonym else { return Ok(Json(Outcome::of(&visit.state))) };
    let entry = ResultEntry { pmh_pseudonym: Private::new(pseudonym), result: entered(&visit, result)? };
    // a correction back to what was there first is one more correction, so the count is part of the name
    let key = id_of("result", &[visit.id.as_bytes(), named.as_bytes(), &visit.revision.to_be_bytes(), &digest.0]);
    let told: Result<Outcome, WireError> = portal.client.post(&portal.edge, edge::RESULTS, key, &entry).await;
    match told {
        Ok(_) => Ok(Json(Outcome::of(acknowledged(&portal, &caller, visit, named, digest).await?))),
        Err(error) => {
            if !error.is_passing() {
                refused(&portal, &caller, visit).await?;
            }
            Err(PortalError::from(error).into())
        }
    }
}

/// The hub does not take it, now or later: the visit stands where it stood.
async fn refused(portal: &Portal, caller: &access::Caller, was: Admitted) -> Result<(), PortalError> {
    let write = portal.room.change(caller, VISIT_ENTER, move |tx, record| {
        record.refused();
        let proceeding = visit::table.find(was.id.as_bytes().to_vec()).filter(visit::state.eq(state::PROCEED));
        diesel::update(proceeding).set(visit::state.eq(state::REVIEWED)).execute(tx)?;
        Ok::<_, PortalError>(Seen::person(person_id(was.person), ()))
    });
    write.await
}

fn entered(visit: &Admitted, result: VisitResult) -> Result<EnteredResult, PortalError> {
    let institution = InstitutionCode::parse(&visit.facility).map_err(|_| wire::Damaged("a facility"))?;
    let VisitResult { id, examined_on, fiscal_year, answers, items } = result;
    let programme = visit.programme.clone();
    Ok(EnteredResult { id, questionnaire: visit.sheet, programme, fiscal_year, examined_on, institution, answers, items })
}

async fn acknowledged(
    portal: &Portal,
    caller: &access::Caller,
    was: Admitted,
    named: Id128,
    digest: Digest,
) -> Result<&'static str, PortalError> {
    let next = if was.result.is_some() { state::CORRECTED } else { state::RESULT };
    let write = portal.room.change(caller, VISIT_ENTER, move |tx, _| {
        let changes = (
            visit::state.eq(next),
            visit::result.eq(named.as_bytes().to_vec()),
            visit::result_digest.eq(digest.0.to_vec()),
            visit::revision.eq(was.revision.saturating_add(1)),
        );
        diesel::update(visit::table.find(was.id.as_bytes().to_vec())).set(changes).execute(tx)?;
        Ok::<_, PortalError>(Seen::person(person_id(was.person), next))
    });
    write.await
}
