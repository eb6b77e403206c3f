//! The portal's own code (符号) of a person: wished for at the first need, asked of the resident network by card, brought by the network system.

use axum::extract::State;
use diesel::prelude::*;
use ledger::{Act, PersonId, Record, Seen};
use protocol::messages::portal::Codes;
use protocol::messages::resident_network::{PORTAL_CODES, PortalCodeRequest};
use protocol::messages::{Accepted, Code};
use store::Tx;
use vault::Cell;
use vocabulary::{Id128, Party, Purpose};
use wire::{Json, Once, Problem, RequestCaller};
use work::outbox::{Made, Message, NewMessage, Refused};

use super::table::{id128, person_card, portal_code};
use super::{Portal, PortalError, person_id};

fn cell(number: &[u8]) -> Cell<'_> {
    Cell::new("portal_code", number, "sealed_code")
}

/// The code, or `None` when it has not come yet.
pub(super) fn of_person(tx: &mut Tx, portal: &Portal, person: Id128) -> Result<Option<Code>, PortalError> {
    let row = portal_code::table.find(person.as_bytes().as_slice()).select((portal_code::processing_number, portal_code::sealed_code));
    let row: Option<(Vec<u8>, Option<Vec<u8>>)> = row.first(tx).optional()?;
    match row {
        Some((number, Some(sealed))) => Ok(Some(Code::from(portal.room.vault().open_cell(&cell(&number), &sealed)?.to_vec()))),
        _ => Ok(None),
    }
}

/// Whether the network system has brought it.
pub(super) fn is_there(tx: &mut Tx, person: Id128) -> Result<bool, PortalError> {
    let one = portal_code::table.find(person.as_bytes().as_slice()).filter(portal_code::sealed_code.is_not_null());
    Ok(one.count().get_result::<i64>(tx)? > 0)
}

/// Makes the wish a state, once.
pub(super) fn wish(tx: &mut Tx, portal: &Portal, person: Id128) -> Result<(), PortalError> {
    let newest = person_card::table.filter(person_card::person.eq(person.as_bytes().as_slice())).order(person_card::first_used_at.desc());
    let serial: String = newest.select(person_card::serial).first(tx)?;
    let number = portal.entropy.id128();
    let row = (portal_code::person.eq(person.as_bytes().as_slice()), portal_code::processing_number.eq(number.as_bytes().as_slice()));
    if store::insert_ignore!(tx, portal_code::table, row, (portal_code::person))? == 1 {
        let asked = PortalCodeRequest { processing_number: number, certificate_serial: serial };
        portal
            .outbox
            .enqueue::<WantedCode>(tx, [NewMessage::to(&portal.resident_network, asked).about(person.to_string()).under(number)])?;
    }
    Ok(())
}

/// The wish, to the resident network.
pub(super) struct WantedCode;

impl Message for WantedCode {
    type Stored = PortalCodeRequest;
    type Body = PortalCodeRequest;
    type Answer = Accepted;
    type Error = PortalError;
    const KIND: &'static str = "code-requests";
    const TO: &'static [&'static str] = &["resident-network"];
    const PATH: &'static str = PORTAL_CODES;
    const ACT: Act = Act::new("portal:codes.ask");
    const PURPOSE: Purpose = Purpose::Numbering;

    async fn make(&self, _: &Party, key: Id128, asked: Vec<PortalCodeRequest>) -> Result<Made<PortalCodeRequest>, PortalError> {
        Ok(Made::of_one(key, asked))
    }

    /// A card that is no longer good: the next need wishes anew, with the card of that day.
    fn refused(&self, tx: &mut Tx, _: &mut Record<'_>, asked: PortalCodeRequest, _: &Problem) -> Result<Refused, PortalError> {
        let number = asked.processing_number.as_bytes().to_vec();
        let open = portal_code::table.filter(portal_code::processing_number.eq(number).and(portal_code::sealed_code.is_null()));
        diesel::delete(open).execute(tx)?;
        Ok(Refused::Settled)
    }
}

/// `POST` from the network system: codes for the processing numbers the portal used. A person's code never changes silently.
pub(super) async fn take(
    State(portal): State<Portal>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<Codes>,
) -> Result<Json<Accepted>, Problem> {
    let room = portal.room.clone();
    let answer = room.change(&caller, super::routes::CODES, move |tx, _| {
        let people = holders(tx, &request)?;
        let accepted = once.run(tx, portal.room.clock().as_ref(), |tx| {
            for row in &request.rows {
                keep(tx, &portal, row.processing_number, &row.code)?;
            }
            Ok::<_, PortalError>(Accepted { accepted: request.rows.len() as u64 })
        })?;
        Ok::<_, PortalError>(Seen::people(people, accepted))
    });
    Ok(Json(answer.await?))
}

/// The people whose processing numbers these are.
fn holders(tx: &mut Tx, request: &Codes) -> Result<Vec<PersonId<'static>>, PortalError> {
    let numbers: Vec<&[u8]> = request.rows.iter().map(|row| row.processing_number.as_bytes().as_slice()).collect();
    let people: Vec<Vec<u8>> =
        portal_code::table.filter(portal_code::processing_number.eq_any(numbers)).select(portal_code::person).load(tx)?;
    people.iter().map(|person| Ok(person_id(id128(person)?))).collect()
}

fn keep(tx: &mut Tx, portal: &Portal, number: Id128, code: &Code) -> Result<(), PortalError> {
    let (number, vault) = (number.as_bytes().as_slice(), portal.room.vault());
    let one = portal_code::table.filter(portal_code::processing_number.eq(number));
    let known: Option<Option<Vec<u8>>> = one.select(portal_code::sealed_code).first(tx).optional()?;
    match known {
        None => Err(wire::Unknown("a processing number").into()),
        Some(Some(sealed)) if vault.open_cell(&cell(number), &sealed)?.as_slice() != code.as_slice() => {
            Err(wire::Forbidden("the person of a processing number has another code").into())
        }
        Some(Some(_)) => Ok(()),
        Some(None) => {
            let sealed = vault.seal(&cell(number), code.as_slice())?;
            let one = portal_code::table.filter(portal_code::processing_number.eq(number));
            diesel::update(one).set(portal_code::sealed_code.eq(sealed)).execute(tx)?;
            Ok(())
        }
    }
}
