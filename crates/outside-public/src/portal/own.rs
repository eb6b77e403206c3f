//! The person's own: questionnaires, notices and results, handed through from the hub's public side by pseudonym.

use access::{Action, Caller};
use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Outcome;
use protocol::messages::edge::{self, AnswersEntry, OfPerson};
use protocol::messages::portal::{AnswersRequest, Notices, Questionnaires, Results, Scope};
use protocol::{Private, id_of};
use vocabulary::Id128;
use wire::{Json, Once, Problem, RequestCaller};

use super::table::answered_sheet;
use super::{Portal, PortalError, binding, consents, person_id};

/// The person's pseudonyms, when the person agreed: asked in one transaction, each time.
async fn pseudonyms(portal: &Portal, caller: &Caller, action: Action, scope: Scope) -> Result<Vec<Id128>, PortalError> {
    let who = consents::person(caller)?;
    let state = portal.clone();
    let read = portal.room.see(caller, action, move |tx, _| {
        consents::check(tx, who, &state.house.party.to_string(), &state.purposes.own, scope)?;
        Ok::<_, PortalError>(Seen::person(person_id(who), binding::pseudonyms(tx, &state, who.as_bytes())?))
    });
    Ok(read.await?.into_iter().map(|(_, pseudonym)| pseudonym).collect())
}

fn of(pseudonym: Id128) -> OfPerson {
    OfPerson { pmh_pseudonym: Private::new(pseudonym) }
}

/// `GET`: the questionnaires, with the answers so far.
pub(super) async fn questionnaires(
    State(portal): State<Portal>,
    RequestCaller(caller): RequestCaller,
) -> Result<Json<Questionnaires>, Problem> {
    let mut all = Questionnaires { rows: Vec::new() };
    for pseudonym in pseudonyms(&portal, &caller, super::routes::QUESTIONNAIRES, Scope::Questionnaire).await? {
        all.rows.extend(sheets(&portal, pseudonym).await?.rows);
    }
    Ok(Json(all))
}

/// What the edge keeps for one pseudonym.
pub(super) async fn sheets(portal: &Portal, pseudonym: Id128) -> Result<Questionnaires, PortalError> {
    Ok(portal.client.ask(&portal.edge, edge::QUESTIONNAIRES_READ, &of(pseudonym)).await?)
}

/// `GET`: the notices.
pub(super) async fn notices(State(portal): State<Portal>, RequestCaller(caller): RequestCaller) -> Result<Json<Notices>, Problem> {
    let mut all = Notices { rows: Vec::new() };
    for pseudonym in pseudonyms(&portal, &caller, super::routes::NOTICES, Scope::Notices).await? {
        let some: Notices = portal.client.ask(&portal.edge, edge::NOTICES_READ, &of(pseudonym)).await.map_err(PortalError::from)?;
        all.rows.extend(some.rows);
    }
    Ok(Json(all))
}

/// `GET`: the results.
pub(super) async fn results(State(portal): State<Portal>, RequestCaller(caller): RequestCaller) -> Result<Json<Results>, Problem> {
    let mut all = Results { rows: Vec::new() };
    for pseudonym in pseudonyms(&portal, &caller, super::routes::RESULTS, Scope::Results).await? {
        let some: Results = portal.client.ask(&portal.edge, edge::RESULTS_READ, &of(pseudonym)).await.map_err(PortalError::from)?;
        all.rows.extend(some.rows);
    }
    Ok(Json(all))
}

/// `PUT`: answers, which replace what was there. The portal keeps that there were some, and none of them.
pub(super) async fn answer(
    State(portal): State<Portal>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<AnswersRequest>,
) -> Result<Json<Outcome>, Problem> {
    let who = consents::person(&caller)?;
    let mut outcome = None;
    for pseudonym in pseudonyms(&portal, &caller, super::routes::ANSWER, Scope::Questionnaire).await? {
        // under the phone's key: the same request again is the same answer, another one with the same answers is not
        let key = id_of("answer", &[who.as_bytes(), pseudonym.as_bytes(), once.key().as_bytes()]);
        let entry = AnswersEntry { pmh_pseudonym: Private::new(pseudonym), id: request.id, answers: request.answers.clone() };
        let answered: Result<Outcome, _> = portal.client.put(&portal.edge, edge::QUESTIONNAIRES, key, &entry).await;
        match answered {
            Ok(answered) => outcome = Some(answered),
            Err(error) if error.is_status(http::StatusCode::NOT_FOUND) => {}
            Err(error) => return Err(PortalError::from(error).into()),
        }
    }
    let outcome = outcome.ok_or(wire::Unknown("the questionnaire"))?;
    let (room, sheet) = (portal.room.clone(), request.id);
    let write = room.change(&caller, super::routes::ANSWER, move |tx, _| {
        let kept = once.run(tx, portal.room.clock().as_ref(), |tx| {
            let row = (
                answered_sheet::sheet.eq(sheet.as_bytes().as_slice()),
                answered_sheet::person.eq(who.as_bytes().as_slice()),
                answered_sheet::answered_at.eq(portal.now()),
            );
            store::insert_ignore!(tx, answered_sheet::table, row, (answered_sheet::sheet, answered_sheet::person))?;
            Ok::<_, PortalError>(outcome)
        })?;
        Ok::<_, PortalError>(Seen::person(person_id(who), kept))
    });
    Ok(Json(write.await?))
}
