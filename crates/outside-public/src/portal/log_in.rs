//! `POST` from a phone: a session for the person of a card.

use access::Caller;
use axum::extract::State;
use diesel::prelude::*;
use ledger::{Act, Seen};
use protocol::messages::portal::{LogIn, Session};
use vocabulary::{Purpose, Timestamp};
use wire::{Json, Problem, RequestCaller};

use super::identify::{Presented, identify};
use super::sessions::LIVES_MS;
use super::table::{person, person_session};
use super::{Portal, PortalError, challenges, person_id, token};

/// Not kept to be given again: who lost the answer asks for a new challenge and logs in again.
pub(super) async fn open(
    State(portal): State<Portal>,
    RequestCaller(asked): RequestCaller,
    Json(log_in): Json<LogIn>,
) -> Result<Json<Session>, Problem> {
    let challenge = log_in.challenge;
    let presented = Presented { challenge, certificate: &log_in.certificate, signature: &log_in.signature };
    let who = identify(&portal, presented).await?;
    let caller = Caller::resident(&who.to_string(), Purpose::OwnAccess, asked.request());
    let (token, hash) = token::new(portal.entropy.as_ref());
    let now = portal.now();
    let write = portal.room.change(&caller, Act::from(super::routes::SESSIONS), move |tx, _| {
        challenges::use_up(tx, challenge)?;
        let row = (
            person_session::token_hash.eq(hash.as_slice()),
            person_session::person.eq(who.as_bytes().as_slice()),
            person_session::seen_at.eq(now),
            person_session::expires_at.eq(now + LIVES_MS),
        );
        diesel::insert_into(person_session::table).values(row).execute(tx)?;
        let first = person::table.find(who.as_bytes().as_slice()).filter(person::logged_in_at.is_null());
        diesel::update(first).set(person::logged_in_at.eq(now)).execute(tx)?;
        Ok::<_, PortalError>(Seen::person(person_id(who), ()))
    });
    write.await?;
    let expires = Timestamp::from_millisecond(now + LIVES_MS).map_err(|_| wire::Damaged("a time"))?;
    Ok(Json(Session { session: token, expires }))
}
