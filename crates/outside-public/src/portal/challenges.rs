//! Challenges: nothing is stored of those that are given, so that asking for many costs nothing; those that are used are.

use axum::extract::State;
use diesel::prelude::*;
use protocol::Octets;
use protocol::messages::Nothing;
use protocol::messages::portal::Challenge;
use store::Tx;
use vocabulary::{Id128, Timestamp};
use wire::{Json, Problem};

use super::table::used_challenge;
use super::{Portal, PortalError};

/// How long one has to sign.
const LIVES_MS: i64 = 2 * 60 * 1000;

/// `POST` from anybody. The name says when it ends, and the nonce is a keyed hash of the name: 128 bits that only the portal can make.
pub(super) async fn give(State(portal): State<Portal>, Json(Nothing {}): Json<Nothing>) -> Result<Json<Challenge>, Problem> {
    let expires = portal.now() + LIVES_MS;
    let mut name = *portal.entropy.id128().as_bytes();
    name.iter_mut().zip(expires.to_be_bytes()).for_each(|(to, from)| *to = from);
    let challenge = Id128::from_bytes(name);
    let expires = Timestamp::from_millisecond(expires).map_err(|_| wire::Damaged("a time"))?;
    Ok(Json(Challenge { challenge, nonce: Octets(nonce(&portal, challenge).to_vec()), expires }))
}

fn nonce(portal: &Portal, challenge: Id128) -> [u8; 16] {
    portal.room.vault().token("challenge", challenge.as_bytes())
}

fn expires(challenge: Id128) -> i64 {
    challenge.as_bytes().first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

/// The nonce that had to be signed, while there is time. One that the portal never gave has another nonce than was signed.
pub(super) fn given(portal: &Portal, challenge: Id128) -> Result<[u8; 16], PortalError> {
    let left = expires(challenge) - portal.now();
    if !(1..=LIVES_MS).contains(&left) {
        return Err(PortalError::Challenge("the challenge has expired"));
    }
    Ok(nonce(portal, challenge))
}

/// Uses it up, in the transaction of what it is for.
pub(super) fn use_up(tx: &mut Tx, challenge: Id128) -> Result<(), PortalError> {
    let row = (used_challenge::challenge.eq(challenge.as_bytes().as_slice()), used_challenge::expires_at.eq(expires(challenge)));
    match store::insert_ignore!(tx, used_challenge::table, row, (used_challenge::challenge))? {
        0 => Err(PortalError::Challenge("the challenge was used before")),
        _ => Ok(()),
    }
}
