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
    listed_person (id) { id -> BigInt, number_index -> Binary, sealed_number -> Binary, record_code -> Text, }
}
diesel::table! {
    card (serial) { serial -> Text, person -> BigInt, certificate -> Binary, issued_at -> BigInt, expires_at -> BigInt, revoked -> SmallInt, }
}
diesel::table! {
    code_request (organisation, processing_number) { organisation -> Text, processing_number -> Binary, person -> BigInt, }
}

diesel::allow_tables_to_appear_in_same_query!(listed_person, card);

/// What the record of use names a person by: the resident-record code.
pub(super) fn person_id(record_code: String) -> PersonId<'static> {
    PersonId::new(record_code)
}

/// The people of these numbers, as far as they are known, as the record of use names them.
pub(super) fn named(tx: &mut Tx, vault: &Vault, numbers: &[IndividualNumber]) -> Result<Vec<PersonId<'static>>, RefusedError> {
    let indexes: Vec<[u8; 16]> =
        numbers.iter().map(|number| vault.blind("individual number", number.open(Purpose::Numbering).as_bytes())).collect();
    let mut named = Vec::with_capacity(numbers.len());
    for indexes in indexes.chunks(NAMED) {
        let those = listed_person::table.filter(listed_person::number_index.eq_any(indexes.iter().map(<[u8; 16]>::as_slice)));
        named.extend(those.select(listed_person::record_code).load(tx)?.into_iter().map(person_id));
    }
    Ok(named)
}

/// The holders of these cards, as far as they are known.
pub(super) fn holders(tx: &mut Tx, serials: &[String]) -> Result<Vec<PersonId<'static>>, RefusedError> {
    let mut named = Vec::with_capacity(serials.len());
    for serials in serials.chunks(NAMED) {
        let cards = card::table.inner_join(listed_person::table.on(listed_person::id.eq(card::person)));
        let codes: Vec<String> = cards.filter(card::serial.eq_any(serials)).select(listed_person::record_code).load(tx)?;
        named.extend(codes.into_iter().map(person_id));
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
                let sealed = vault.seal(&Cell::new("listed_person", &index, "sealed_number"), opened.as_bytes())?;
                diesel::insert_into(listed_person::table)
                    .values((
                        listed_person::id.eq(next),
                        listed_person::number_index.eq(index.as_slice()),
                        listed_person::sealed_number.eq(sealed),
                        listed_person::record_code.eq(free_code(tx, entropy)?.as_str()),
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
fn free_code(tx: &mut Tx, entropy: &dyn Entropy) -> Result<ResidentRecordCode, RefusedError> {
    loop {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        // Codes of the emulation begin with 9, so that none is anybody's.
        let body = format!("9{:09}", u64::from_be_bytes(bytes) % 1_000_000_000);
        let code = ResidentRecordCode::from_body(&body).map_err(|_| wire::Defect("a drawn code"))?;
        let taken = listed_person::table.filter(listed_person::record_code.eq(code.as_str())).select(listed_person::id);
        if taken.first::<i64>(tx).optional()?.is_none() {
            return Ok(code);
        }
    }
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
