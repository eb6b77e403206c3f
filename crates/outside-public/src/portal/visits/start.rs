//! `POST` from a tablet: a person presents the card and agrees.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::Private;
use protocol::messages::checkups::QuestionnaireSheet;
use protocol::messages::portal::{Scope, Visit, VisitRequest};
use store::Tx;
use vocabulary::{Id128, InstitutionCode, Timestamp, day};
use wire::{Json, Peer, Problem, RequestCaller};

use super::state;
use crate::portal::identify::{Presented, identify};
use crate::portal::routes::VISIT_START;
use crate::portal::table::{id128, visit};
use crate::portal::{Portal, PortalError, binding, challenges, consents, own, person_id, token};

/// How long the token lasts; a person who is still there then presents the card again.
const LIVES_MS: i64 = 30 * 60 * 1000;

/// One visit for a sheet at a facility: presented again, it is the same visit with a new token, also when it has its outcome already.
pub(in crate::portal) async fn start(
    State(portal): State<Portal>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    Json(request): Json<VisitRequest>,
) -> Result<Json<Visit>, Problem> {
    let facility = peer.party.institution().ok_or(wire::Forbidden("visits are held at facilities"))?;
    consents::agreed_to(&portal.purposes.visit, &request.consent.version, &request.consent.purpose_text)?;
    let challenge = request.challenge;
    let who = identify(&portal, Presented { challenge, certificate: &request.certificate, signature: &request.signature }).await?;
    let (key_index, sheet) = sheet(&portal, &caller, who, &request.programme).await?;
    let (token, token_hash) = token::new(portal.entropy.as_ref());
    let expires_at = portal.now() + LIVES_MS;
    let state = portal.clone();
    let write = portal.room.change(&caller, VISIT_START, move |tx, _| {
        challenges::use_up(tx, challenge)?;
        let party = peer.party.to_string();
        let consent = consents::given(tx, &state, who, &party, &state.purposes.visit, &[Scope::Visit])?;
        let found = standing(tx, &state, who, facility, sheet.id)?;
        let id = found.unwrap_or_else(|| state.entropy.id128());
        if found.is_none() {
            let row = (
                visit::id.eq(id.as_bytes().to_vec()),
                visit::person.eq(who.as_bytes().to_vec()),
                visit::facility.eq(facility.to_string()),
                visit::programme.eq(&sheet.programme),
                visit::sheet.eq(sheet.id.as_bytes().to_vec()),
                visit::key_index.eq(key_index.to_vec()),
                visit::consent.eq(consent.as_bytes().to_vec()),
                visit::state.eq(state::CONSENTED),
                visit::day.eq(day::to_number(state.room.clock().today())),
                visit::token_hash.eq(token_hash.to_vec()),
                visit::tablet.eq(peer.certificate.0.to_vec()),
                visit::token_expires_at.eq(expires_at),
                visit::revision.eq(0),
            );
            diesel::insert_into(visit::table).values(row).execute(tx)?;
        } else {
            let changes = (
                visit::consent.eq(consent.as_bytes().to_vec()),
                visit::token_hash.eq(token_hash.to_vec()),
                visit::tablet.eq(peer.certificate.0.to_vec()),
                visit::token_expires_at.eq(expires_at),
            );
            diesel::update(visit::table.find(id.as_bytes().to_vec())).set(changes).execute(tx)?;
        }
        Ok::<_, PortalError>(Seen::person(person_id(who), id))
    });
    let visit = write.await?;
    let expires = Timestamp::from_millisecond(expires_at).map_err(|_| wire::Damaged("a time"))?;
    Ok(Json(Visit { visit, token: Private::new(token.into_inner()), expires }))
}

/// The newest sheet of the programme, and the binding it belongs to.
async fn sheet(
    portal: &Portal,
    caller: &access::Caller,
    who: Id128,
    programme: &str,
) -> Result<([u8; 16], QuestionnaireSheet), PortalError> {
    let state = portal.clone();
    let read = portal.room.see_person(caller, VISIT_START, person_id(who), move |tx| binding::pseudonyms(tx, &state, who.as_bytes()));
    let mut newest: Option<([u8; 16], QuestionnaireSheet)> = None;
    for (index, pseudonym) in read.await? {
        for sheet in own::sheets(portal, pseudonym).await?.rows.into_iter().filter(|sheet| sheet.programme == programme) {
            if newest.as_ref().is_none_or(|(_, other)| other.fiscal_year <= sheet.fiscal_year) {
                newest = Some((index, sheet));
            }
        }
    }
    newest.ok_or(wire::Unknown("a questionnaire of this person for this programme").into())
}

/// The visit that a person who comes (again) continues: one that is open or has a result; one that was declined or lapsed, on its day alone.
fn standing(tx: &mut Tx, portal: &Portal, who: Id128, facility: InstitutionCode, sheet: Id128) -> Result<Option<Id128>, PortalError> {
    let today = day::to_number(portal.room.clock().today());
    let those = visit::table
        .filter(visit::person.eq(who.as_bytes().to_vec()).and(visit::facility.eq(facility.to_string())))
        .filter(visit::sheet.eq(sheet.as_bytes().to_vec()))
        .filter(visit::state.ne_all([state::DECLINED, state::LAPSED]).or(visit::day.eq(today)));
    let found: Option<Vec<u8>> = those.order((visit::day.desc(), visit::id)).select(visit::id).first(tx).optional()?;
    found.as_deref().map(id128).transpose()
}
