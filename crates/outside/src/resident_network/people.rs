//! People by individual number, with one resident-record code (住民票コード) each.

use axum::extract::State;
use diesel::prelude::*;
use ledger::{Act, PersonId, Seen};
use number::IndividualNumber;
use protocol::messages::console::Counts;
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::{Entropy, Purpose, ResidentRecordCode};
use wire::{Json, Problem, RequestCaller};

use super::ResidentNetwork;
use crate::RefusedError;

/// People looked up in one statement.
const NAMED: usize = 1_000;

diesel::table! {
    listed_person (id) { id -> BigInt, number_index -> Binary, sealed_number -> Binary, code_index -> Binary, sealed_code -> Binary, }
}
diesel::table! {
    card (serial) { serial -> Text, person -> BigInt, certificate -> Binary, issued_at -> BigInt, expires_at -> BigInt, revoked -> SmallInt, }
}
diesel::table! {
    code_request (organisation, processing_number) { organisation -> Text, processing_number -> Binary, person -> BigInt, }
}

diesel::allow_tables_to_appear_in_same_query!(listed_person, card);

/// What the record of use names a person by: the resident-record code.
fn person_id(record_code: ResidentRecordCode) -> PersonId<'static> {
    PersonId::new(record_code.as_str().to_owned())
}

fn cell<'a>(number_index: &'a impl AsRef<[u8]>, column: &'a str) -> Cell<'a> {
    Cell::new("listed_person", number_index, column)
}

/// The code of whoever has the number of this index, from the table.
pub(super) fn open_code(vault: &Vault, number_index: &[u8], sealed: &[u8]) -> Result<ResidentRecordCode, RefusedError> {
    let code = vault.open_cell(&cell(&number_index, "sealed_code"), sealed)?;
    let code = std::str::from_utf8(&code).ok().and_then(|code| ResidentRecordCode::parse(code).ok());
    code.ok_or(wire::Damaged("a resident-record code").into())
}

/// A person's resident-record code.
pub(super) fn record_code(tx: &mut Tx, vault: &Vault, person: i64) -> Result<ResidentRecordCode, RefusedError> {
    let row = listed_person::table.find(person).select((listed_person::number_index, listed_person::sealed_code));
    let (index, sealed): (Vec<u8>, Vec<u8>) = row.first(tx)?;
    open_code(vault, &index, &sealed)
}

/// The people of these numbers, as far as they are known, as the record of use names them.
pub(super) fn named(tx: &mut Tx, vault: &Vault, numbers: &[IndividualNumber]) -> Result<Vec<PersonId<'static>>, RefusedError> {
    let indexes: Vec<[u8; 16]> =
        numbers.iter().map(|number| vault.blind("individual number", number.open(Purpose::Numbering).as_bytes())).collect();
    let mut named = Vec::with_capacity(numbers.len());
    for indexes in indexes.chunks(NAMED) {
        let those = listed_person::table.filter(listed_person::number_index.eq_any(indexes.iter().map(<[u8; 16]>::as_slice)));
        for (index, sealed) in those.select((listed_person::number_index, listed_person::sealed_code)).load::<(Vec<u8>, Vec<u8>)>(tx)? {
            named.push(person_id(open_code(vault, &index, &sealed)?));
        }
    }
    Ok(named)
}

/// The holders of these cards, as far as they are known.
pub(super) fn holders(tx: &mut Tx, vault: &Vault, serials: &[String]) -> Result<Vec<PersonId<'static>>, RefusedError> {
    let mut named = Vec::with_capacity(serials.len());
    for serials in serials.chunks(NAMED) {
        let cards = card::table.inner_join(listed_person::table.on(listed_person::id.eq(card::person)));
        let those = cards.filter(card::serial.eq_any(serials)).select((listed_person::number_index, listed_person::sealed_code));
        for (index, sealed) in those.load::<(Vec<u8>, Vec<u8>)>(tx)? {
            named.push(person_id(open_code(vault, &index, &sealed)?));
        }
    }
    Ok(named)
}

/// The people of these numbers, in their order; who is not known is listed with a new resident-record code.
pub(super) fn known(tx: &mut Tx, vault: &Vault, entropy: &dyn Entropy, numbers: &[IndividualNumber]) -> Result<Vec<i64>, RefusedError> {
    let mut next: i64 = listed_person::table.select(diesel::dsl::max(listed_person::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1;
    let mut people = Vec::with_capacity(numbers.len());
    for number in numbers {
        let opened = number.open(Purpose::Numbering);
        let index = vault.blind("individual number", opened.as_bytes());
        let found =
            listed_person::table.filter(listed_person::number_index.eq(index.as_slice())).select(listed_person::id).first(tx).optional()?;
        let person = match found {
            Some(person) => person,
            None => {
                let sealed = vault.seal(&cell(&index, "sealed_number"), opened.as_bytes())?;
                let code = free_code(tx, vault, entropy)?;
                let sealed_code = vault.seal(&cell(&index, "sealed_code"), code.as_str().as_bytes())?;
                diesel::insert_into(listed_person::table)
                    .values((
                        listed_person::id.eq(next),
                        listed_person::number_index.eq(index.as_slice()),
                        listed_person::sealed_number.eq(sealed),
                        listed_person::code_index.eq(code_index(vault, &code).as_slice()),
                        listed_person::sealed_code.eq(sealed_code),
                    ))
                    .execute(tx)?;
                next += 1;
                next - 1
            }
        };
        people.push(person);
    }
    Ok(people)
}

/// A resident-record code that nobody has: cities draw them at random from the pool they were given.
fn free_code(tx: &mut Tx, vault: &Vault, entropy: &dyn Entropy) -> Result<ResidentRecordCode, RefusedError> {
    loop {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        // Codes of the emulation begin with 9, so that none is anybody's.
        let body = format!("9{:09}", u64::from_be_bytes(bytes) % 1_000_000_000);
        let code = ResidentRecordCode::from_body(&body).map_err(|_| wire::Defect("a drawn code"))?;
        let index = code_index(vault, &code);
        let taken = listed_person::table.filter(listed_person::code_index.eq(index.as_slice())).select(listed_person::id);
        if taken.first::<i64>(tx).optional()?.is_none() {
            return Ok(code);
        }
    }
}

/// What a code is found by.
fn code_index(vault: &Vault, code: &ResidentRecordCode) -> [u8; 16] {
    vault.blind("resident-record code", code.as_str().as_bytes())
}

/// How much there is.
pub(super) async fn counts(State(state): State<ResidentNetwork>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    let counts = state.room.see(&caller, Act::from(super::COUNTS), |tx, _| {
        let people: i64 = listed_person::table.count().get_result(tx)?;
        let cards: i64 = card::table.count().get_result(tx)?;
        let codes: i64 = code_request::table.count().get_result(tx)?;
        let rows = [("people", people), ("cards", cards), ("codeRequests", codes)];
        Ok::<_, RefusedError>(Seen::nobody(rows).map(Counts::of))
    });
    Ok(Json(counts.await?))
}
