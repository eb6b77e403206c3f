//! The portal's own code (符号) of a person: wished for at the first need, asked of the resident network by card, brought by the network system.

use axum::extract::State;
use diesel::prelude::*;
use ledger::{Act, PersonId, Seen};
use protocol::messages::portal::Codes;
use protocol::messages::resident_network::{PORTAL_CODES, PortalCodeRequest};
use protocol::messages::{Accepted, Code};
use store::Tx;
use vault::Cell;
use vocabulary::{Id128, Purpose};
use wire::{Asked, Json, Once, Problem};

use super::table::{id128, person_card, portal_code};
use super::{Portal, PortalError, person_id};

const TELL: Act = Act::new("portal:codes.ask");

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
    let row = (
        portal_code::person.eq(person.as_bytes().as_slice()),
        portal_code::processing_number.eq(number.as_bytes().as_slice()),
        portal_code::serial.eq(serial),
        portal_code::told.eq(0),
    );
    store::insert_ignore!(tx, portal_code::table, row, (portal_code::person))?;
    Ok(())
}

/// Sends the wishes that are pending; one that fails does not hold up the others.
pub(super) async fn pending(portal: Portal) -> Result<(), PortalError> {
    let caller = portal.house.caller(Purpose::Numbering);
    let waiting = portal.room.seek(&caller, TELL, |tx, _| {
        let query = portal_code::table.filter(portal_code::told.eq(0)).order(portal_code::processing_number);
        let columns = (portal_code::person, portal_code::processing_number, portal_code::serial);
        let rows: Vec<(Vec<u8>, Vec<u8>, String)> = query.select(columns).load(tx)?;
        let rows: Vec<Wish> = rows
            .iter()
            .map(|(person, number, serial)| Ok((id128(person)?, id128(number)?, serial.clone())))
            .collect::<Result<_, PortalError>>()?;
        let people: Vec<_> = rows.iter().map(|(person, ..)| person_id(*person)).collect();
        Ok::<_, PortalError>(Seen::people(people, rows))
    });
    let mut outcome = Ok(());
    for wish in waiting.await? {
        if let Err(error) = ask(&portal, &caller, wish).await {
            outcome = Err(error);
        }
    }
    outcome
}

/// A person, the processing number, the serial of the card.
type Wish = (Id128, Id128, String);

async fn ask(portal: &Portal, caller: &access::Caller, (person, number, serial): Wish) -> Result<(), PortalError> {
    let request = PortalCodeRequest { processing_number: number, certificate_serial: serial };
    let _: Accepted = portal.client.post(&portal.resident_network, PORTAL_CODES, number, &request).await?;
    let write = portal.room.change(caller, TELL, move |tx, _| {
        let one = portal_code::table.filter(portal_code::processing_number.eq(number.as_bytes().as_slice()));
        diesel::update(one).set(portal_code::told.eq(1)).execute(tx)?;
        Ok::<_, PortalError>(Seen::person(person_id(person), ()))
    });
    write.await
}

/// `POST` from the network system: codes for the processing numbers the portal used. A person's code never changes silently.
pub(super) async fn take(
    State(portal): State<Portal>,
    Asked(caller): Asked,
    once: Once,
    Json(request): Json<Codes>,
) -> Result<Json<Accepted>, Problem> {
    let room = portal.room.clone();
    let answer = room.change(&caller, super::CODES, move |tx, _| {
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
        None => Err(PortalError::Unknown("a processing number")),
        Some(Some(sealed)) if vault.open_cell(&cell(number), &sealed)?.as_slice() != code.as_slice() => {
            Err(PortalError::Forbidden("the person of a processing number has another code"))
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
