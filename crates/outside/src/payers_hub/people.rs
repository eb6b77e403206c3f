//! People as the payers' hub knows them.

use axum::extract::State;
use diesel::prelude::*;
use ledger::{Act, PersonId, Seen};
use number::IndividualNumber;
use protocol::Private;
use protocol::messages::console::Counts;
use protocol::messages::online_eligibility::PmhKeyRow;
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::{Entropy, Id128, Purpose};
use wire::{Json, Problem, RequestCaller};
use work::outbox::NewMessage;

use super::PayersHub;
use super::tell::MintedKey;
use crate::RefusedError;
use crate::keys::open_id128;

diesel::table! {
    payer_person (id) { id -> BigInt, number_index -> Binary, sealed_number -> Binary, sealed_link -> Binary, sealed_key -> Nullable<Binary>, }
}
diesel::table! {
    payer_certificate (serial) { serial -> Text, person -> BigInt, }
}

diesel::allow_tables_to_appear_in_same_query!(payer_person, payer_certificate);

const LINK: &str = "sealed_link";
const KEY: &str = "sealed_key";

/// A sealed cell of whoever has the number of this index.
fn cell<'a>(number_index: &'a impl AsRef<[u8]>, column: &'a str) -> Cell<'a> {
    Cell::new("payer_person", number_index, column)
}

/// People looked up in one statement.
const NAMED: usize = 1_000;

/// The people of these numbers, as far as they are known, as the record of use names them: by their link numbers.
pub(super) fn named(tx: &mut Tx, vault: &Vault, numbers: &[IndividualNumber]) -> Result<Vec<PersonId<'static>>, RefusedError> {
    let indexes: Vec<[u8; 16]> =
        numbers.iter().map(|number| vault.blind("individual number", number.open(Purpose::Numbering).as_bytes())).collect();
    let mut named = Vec::with_capacity(numbers.len());
    for indexes in indexes.chunks(NAMED) {
        let those = payer_person::table.filter(payer_person::number_index.eq_any(indexes.iter().map(<[u8; 16]>::as_slice)));
        for (index, sealed) in those.select((payer_person::number_index, payer_person::sealed_link)).load::<(Vec<u8>, Vec<u8>)>(tx)? {
            named.push(PersonId::new(open_id128(vault, &cell(&index, LINK), &sealed)?.to_string()));
        }
    }
    Ok(named)
}

/// The people of these numbers, in their order; who is not known becomes known with a link number.
pub(super) fn known(tx: &mut Tx, vault: &Vault, entropy: &dyn Entropy, numbers: &[IndividualNumber]) -> Result<Vec<i64>, RefusedError> {
    let mut next: i64 = payer_person::table.select(diesel::dsl::max(payer_person::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1;
    let mut people = Vec::with_capacity(numbers.len());
    for number in numbers {
        let opened = number.open(Purpose::Numbering);
        let index = vault.blind("individual number", opened.as_bytes());
        let found: Option<i64> =
            payer_person::table.filter(payer_person::number_index.eq(index.as_slice())).select(payer_person::id).first(tx).optional()?;
        let person = match found {
            Some(person) => person,
            None => {
                let sealed = vault.seal(&cell(&index, "sealed_number"), opened.as_bytes())?;
                let link = vault.seal(&cell(&index, LINK), entropy.id128().as_bytes())?;
                diesel::insert_into(payer_person::table)
                    .values((
                        payer_person::id.eq(next),
                        payer_person::number_index.eq(index.as_slice()),
                        payer_person::sealed_number.eq(sealed),
                        payer_person::sealed_link.eq(link),
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

/// The person's link number.
pub(super) fn link_number(tx: &mut Tx, vault: &Vault, person: i64) -> Result<Id128, RefusedError> {
    let row = payer_person::table.find(person).select((payer_person::number_index, payer_person::sealed_link));
    let (index, sealed): (Vec<u8>, Vec<u8>) = row.first(tx)?;
    open_id128(vault, &cell(&index, LINK), &sealed)
}

/// The person's PMH key: the one there is, else 128 random bits, of which online eligibility hears.
pub(super) fn pmh_key(tx: &mut Tx, hub: &PayersHub, person: i64) -> Result<Id128, RefusedError> {
    let row = payer_person::table.find(person);
    let vault = hub.room.vault();
    let (index, known): (Vec<u8>, Option<Vec<u8>>) = row.select((payer_person::number_index, payer_person::sealed_key)).first(tx)?;
    if let Some(sealed) = known {
        return open_id128(vault, &cell(&index, KEY), &sealed);
    }
    let key = hub.entropy.id128();
    diesel::update(row).set(payer_person::sealed_key.eq(vault.seal(&cell(&index, KEY), key.as_bytes())?)).execute(tx)?;
    let link = link_number(tx, vault, person)?;
    let told = PmhKeyRow { pmh_key: Private::new(key), link_number: Private::new(link) };
    hub.outbox.enqueue::<MintedKey>(tx, [NewMessage::to(&hub.online_eligibility, told).about(link.to_string())])?;
    Ok(key)
}

/// How much there is.
pub(super) async fn counts(State(hub): State<PayersHub>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    let counts = hub.room.see(&caller, Act::from(super::COUNTS), |tx, _| {
        let people: i64 = payer_person::table.count().get_result(tx)?;
        let keys: i64 = payer_person::table.filter(payer_person::sealed_key.is_not_null()).count().get_result(tx)?;
        let certificates: i64 = payer_certificate::table.count().get_result(tx)?;
        let rows = [("people", people), ("keys", keys), ("certificates", certificates)];
        Ok::<_, RefusedError>(Seen::nobody(rows).map(Counts::of))
    });
    Ok(Json(counts.await?))
}
