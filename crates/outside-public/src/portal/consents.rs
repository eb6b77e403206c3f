//! Consents: given to a version of a text, for a scope, to a party, at a time; asked again whenever data are handed over.

use access::Caller;
use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::portal::{ConsentReceipt, ConsentRequest, PurposeText, Scope};
use store::Tx;
use vocabulary::Id128;
use wire::{Json, Once, Problem, RequestCaller};

use super::table::consent;
use super::{Portal, PortalError, person_id};

/// `POST` from a phone: to the text that is in force, and no other. The same again is the same consent.
pub(super) async fn give(
    State(portal): State<Portal>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<ConsentRequest>,
) -> Result<Json<ConsentReceipt>, Problem> {
    agreed_to(&portal.purposes.own, &request.version, &request.purpose_text)?;
    let scopes: Option<Vec<Scope>> = request.scope.iter().map(|word| Scope::own(word)).collect();
    let mut scopes = scopes
        .filter(|scopes| !scopes.is_empty())
        .ok_or(wire::Malformed::field("scopes", "are none, or not the portal's: name scopes that its terms list"))?;
    scopes.sort_unstable();
    scopes.dedup();
    let who = person(&caller)?;
    let room = portal.room.clone();
    let receipt = room.change(&caller, super::routes::CONSENTS, move |tx, _| {
        let receipt = once.run(tx, portal.room.clock().as_ref(), |tx| {
            let consent = given(tx, &portal, who, &portal.house.party.to_string(), &portal.purposes.own, &scopes)?;
            Ok::<_, PortalError>(ConsentReceipt { consent })
        })?;
        Ok::<_, PortalError>(Seen::person(person_id(who), receipt))
    });
    Ok(Json(receipt.await?))
}

/// Whether what was read is the text in force.
pub(super) fn agreed_to(text: &PurposeText, version: &str, read: &str) -> Result<(), PortalError> {
    if version == text.version && read == text.text {
        return Ok(());
    }
    Err(PortalError::ConsentOutdated { version: text.version.clone() })
}

/// Writes a consent down; one that is there already stands.
pub(super) fn given(
    tx: &mut Tx,
    portal: &Portal,
    person: Id128,
    party: &str,
    text: &PurposeText,
    scopes: &[Scope],
) -> Result<Id128, PortalError> {
    let scope = scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
    let new = portal.entropy.id128();
    let row = (
        consent::id.eq(new.as_bytes().as_slice()),
        consent::person.eq(person.as_bytes().as_slice()),
        consent::party.eq(party),
        consent::version.eq(&text.version),
        consent::text_digest.eq(text.digest().0.to_vec()),
        consent::scope.eq(&scope),
        consent::given_at.eq(portal.now()),
    );
    store::insert_ignore!(
        tx,
        consent::table,
        row,
        (consent::person, consent::party, consent::version, consent::text_digest, consent::scope)
    )?;
    let those = consent::table.filter(consent::person.eq(person.as_bytes().as_slice()).and(consent::party.eq(party)));
    let text_read = consent::version.eq(&text.version).and(consent::text_digest.eq(text.digest().0.to_vec()));
    let one = those.filter(text_read.and(consent::scope.eq(&scope)));
    let id: Vec<u8> = one.select(consent::id).first(tx)?;
    super::table::id128(&id)
}

/// Refuses unless the person agreed to the text in force, for this party and scope.
pub(super) fn check(tx: &mut Tx, person: Id128, party: &str, text: &PurposeText, scope: Scope) -> Result<(), PortalError> {
    let those = consent::table.filter(consent::person.eq(person.as_bytes().as_slice()).and(consent::party.eq(party)));
    let given: Vec<(String, Vec<u8>, String)> = those.select((consent::version, consent::text_digest, consent::scope)).load(tx)?;
    let mut covering = given.iter().filter(|(_, _, scopes)| scopes.split(' ').any(|word| word == scope.as_str())).peekable();
    let version = text.version.clone();
    if covering.peek().is_none() {
        return Err(PortalError::ConsentMissing { version, scope: scope.as_str() });
    }
    let digest = text.digest();
    if covering.any(|(agreed, read, _)| *agreed == version && read.as_slice() == digest.0) {
        return Ok(());
    }
    Err(PortalError::ConsentOutdated { version })
}

/// The person of a session.
pub(super) fn person(caller: &Caller) -> Result<Id128, PortalError> {
    caller.id().parse().map_err(|_| wire::Forbidden("this is for a person with a session").into())
}
