//! Who may act in a visit: the tablet to whose certificate the token is bound, while the token lasts and the consent stands.

use axum::http::HeaderMap;
use diesel::prelude::*;
use store::Tx;
use vocabulary::Id128;
use wire::Peer;

use crate::portal::table::{id128, visit};
use crate::portal::{Portal, PortalError, consents, token};
use protocol::messages::portal::Scope;

/// What a tablet shows.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    visit: Id128,
    token_hash: token::Hash,
    peer: Peer,
}

impl Shown {
    pub(super) fn of(visit: Id128, headers: &HeaderMap, peer: Peer) -> Result<Self, PortalError> {
        let bearer = headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.split_once(' '));
        let token = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let token = token.ok_or(PortalError::VisitToken("send the visit's token"))?;
        Ok(Self { visit, token_hash: token::hash(token), peer })
    }
}

/// A visit, as its row says.
#[derive(Clone, Debug, Queryable)]
struct Row {
    person: Vec<u8>,
    facility: String,
    programme: String,
    sheet: Vec<u8>,
    key_index: Vec<u8>,
    state: String,
    token_hash: Vec<u8>,
    tablet: Vec<u8>,
    token_expires_at: i64,
    result: Option<Vec<u8>>,
    result_digest: Option<Vec<u8>>,
    revision: i32,
    ended_at: Option<i64>,
}

/// A visit that a tablet was let into.
#[derive(Clone, Debug)]
pub(super) struct Admitted {
    pub(super) id: Id128,
    pub(super) person: Id128,
    pub(super) facility: String,
    pub(super) programme: String,
    pub(super) sheet: Id128,
    pub(super) key_index: Vec<u8>,
    pub(super) state: String,
    pub(super) result: Option<Id128>,
    pub(super) result_digest: Option<Vec<u8>>,
    pub(super) revision: i32,
    pub(super) ended: bool,
}

/// The visit of this token, shown by the tablet it is bound to. Whether it has ended is for the caller to ask.
pub(super) fn admit(tx: &mut Tx, portal: &Portal, shown: &Shown) -> Result<Admitted, PortalError> {
    let columns = (
        visit::person,
        visit::facility,
        visit::programme,
        visit::sheet,
        visit::key_index,
        visit::state,
        visit::token_hash,
        visit::tablet,
        visit::token_expires_at,
        visit::result,
        visit::result_digest,
        visit::revision,
        visit::ended_at,
    );
    let row: Option<Row> = visit::table.find(shown.visit.as_bytes().as_slice()).select(columns).first(tx).optional()?;
    let row = row.filter(|row| row.token_hash == shown.token_hash).ok_or(PortalError::VisitToken("this is not the token of the visit"))?;
    if row.tablet != shown.peer.certificate.0 {
        return Err(PortalError::VisitToken("the token is bound to another tablet's certificate"));
    }
    if row.token_expires_at <= portal.now() {
        return Err(PortalError::VisitToken("the token has expired: the person presents the card again"));
    }
    Ok(Admitted {
        id: shown.visit,
        person: id128(&row.person)?,
        facility: row.facility,
        programme: row.programme,
        sheet: id128(&row.sheet)?,
        key_index: row.key_index,
        state: row.state,
        result: row.result.as_deref().map(id128).transpose()?,
        result_digest: row.result_digest,
        revision: row.revision,
        ended: row.ended_at.is_some(),
    })
}

impl Admitted {
    /// Whether data may be handed over now: not after the end, and only while the person's consent is to the text in force.
    pub(super) fn open(self, tx: &mut Tx, portal: &Portal, shown: &Shown) -> Result<Self, PortalError> {
        if self.ended {
            return Err(PortalError::VisitEnded);
        }
        consents::check(tx, self.person, &shown.peer.party.to_string(), &portal.purposes.visit, Scope::Visit)?;
        Ok(self)
    }

    /// Writes the next state down.
    pub(super) fn step(&self, tx: &mut Tx, state: &str) -> Result<(), PortalError> {
        diesel::update(visit::table.find(self.id.as_bytes().as_slice())).set(visit::state.eq(state)).execute(tx)?;
        Ok(())
    }
}
