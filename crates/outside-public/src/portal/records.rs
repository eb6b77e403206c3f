//! `GET` 情報提供等記録: who asked whom for what about the person, from both sides of every inquiry.

use std::time::Duration;

use axum::extract::State;
use ledger::Seen;
use protocol::messages::Code;
use protocol::messages::network::{ACCESS_RECORDS, AccessHistory, AccessHistoryRequest};
use protocol::messages::portal::Scope;
use vocabulary::Id128;
use wire::{Json, Problem, RequestCaller};

use super::{Portal, PortalError, codes, consents, person_id};

/// How often, and how long, the portal looks whether the code has come before it asks the person to come back.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS: u32 = 20;

/// Needs the portal's own code of the person, which is asked for at the first need and may take a while.
pub(super) async fn read(State(portal): State<Portal>, RequestCaller(caller): RequestCaller) -> Result<Json<AccessHistory>, Problem> {
    let who = consents::person(&caller)?;
    let mut code = code(&portal, &caller).await?;
    if code.is_none() {
        let state = portal.clone();
        let write = portal.room.change(&caller, super::routes::RECORDS, move |tx, _| {
            codes::wish(tx, &state, who)?;
            Ok::<_, PortalError>(Seen::person(person_id(who), ()))
        });
        write.await?;
        portal.outbox.ring();
        if arrived(&portal, who).await? {
            code = self::code(&portal, &caller).await?;
        }
    }
    let portal_code = code.ok_or(PortalError::NotYet("the portal's code of the person is being asked for; try again in a moment"))?;
    let history = portal.client.ask(&portal.network, ACCESS_RECORDS, &AccessHistoryRequest { portal_code }).await;
    Ok(Json(history.map_err(PortalError::from)?))
}

/// With the consent that stands now.
async fn code(portal: &Portal, caller: &access::Caller) -> Result<Option<Code>, PortalError> {
    let who = consents::person(caller)?;
    let state = portal.clone();
    let read = portal.room.see(caller, super::routes::RECORDS, move |tx, _| {
        consents::check(tx, who, &state.house.party.to_string(), &state.purposes.own, Scope::AccessRecords)?;
        Ok::<_, PortalError>(Seen::person(person_id(who), codes::of_person(tx, &state, who)?))
    });
    read.await
}

/// Whether the code came while we looked.
async fn arrived(portal: &Portal, who: Id128) -> Result<bool, PortalError> {
    for _ in 0..LOOKS {
        tokio::time::sleep(LOOK_EVERY).await;
        if portal.room.count(move |tx| codes::is_there(tx, who)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
