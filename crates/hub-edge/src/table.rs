//! The tables, and what is written in them.

use diesel::prelude::*;
use protocol::messages::edge::{Delivery, EnteredResult};
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::Id128;

use crate::EdgeError;

diesel::table! {
    binding (pseudonym) { pseudonym -> Binary, person -> Binary, live -> Nullable<Binary>, bound_at -> BigInt, revoked_at -> Nullable<BigInt>, }
}
diesel::table! {
    item (id) {
        id -> Binary, kind -> Text, person -> Binary, municipality -> Text, body -> Binary, entered -> Nullable<Binary>,
        version -> Integer, answers -> Nullable<Binary>, answered_at -> Nullable<BigInt>, stored_at -> BigInt,
    }
}
diesel::table! {
    item_former (id, version) { id -> Binary, version -> Integer, person -> Binary, municipality -> Text, entered -> Binary, replaced_at -> BigInt, }
}
diesel::table! {
    ended_item (id, person, municipality) { person -> Binary, municipality -> Text, id -> Binary, at -> BigInt, }
}
diesel::table! {
    collection (sequence) { sequence -> BigInt, person -> Binary, body -> Binary, }
}
diesel::table! {
    tally (name) { name -> Text, value -> BigInt, }
}

/// The words of `kind`.
pub(crate) mod kind {
    pub(crate) const QUESTIONNAIRE: &str = "questionnaire";
    pub(crate) const NOTICE: &str = "notice";
    pub(crate) const RESULT: &str = "result";
}

/// An identifier from a column.
pub(crate) fn id128(bytes: &[u8]) -> Result<Id128, EdgeError> {
    bytes.try_into().map(Id128::from_bytes).map_err(|_| wire::Damaged("an identifier").into())
}

/// Something as it lies in a sealed column.
pub(crate) fn seal<T: serde::Serialize>(vault: &Vault, cell: &Cell<'_>, value: &T) -> Result<Vec<u8>, EdgeError> {
    let text = serde_json::to_vec(value).map(zeroize::Zeroizing::new).map_err(|_| wire::Defect("a message that cannot be written"))?;
    Ok(vault.seal(cell, &text)?)
}

/// And back.
pub(crate) fn unseal<T: serde::de::DeserializeOwned>(vault: &Vault, cell: &Cell<'_>, sealed: &[u8]) -> Result<T, EdgeError> {
    serde_json::from_slice(&vault.open_cell(cell, sealed)?).map_err(|_| wire::Damaged("a message").into())
}

/// The place of an item's body.
pub(crate) fn body_cell(id: &Id128) -> Cell<'_> {
    Cell::new("item", id.as_bytes(), "body")
}

/// The place of a result as its facility entered it.
pub(crate) fn entered_cell(id: &Id128) -> Cell<'_> {
    Cell::new("item", id.as_bytes(), "entered")
}

/// The place of an item's answers.
pub(crate) fn answers_cell(id: &Id128) -> Cell<'_> {
    Cell::new("item", id.as_bytes(), "answers")
}

/// Puts in an item that is not there.
pub(crate) fn put(tx: &mut Tx, vault: &Vault, new: &NewItem<'_>) -> Result<(), EdgeError> {
    diesel::insert_into(item::table)
        .values((
            item::id.eq(new.id.as_bytes().as_slice()),
            item::kind.eq(new.kind),
            item::person.eq(new.person.as_bytes().as_slice()),
            item::municipality.eq(new.municipality),
            item::body.eq(seal(vault, &body_cell(&new.id), new.body)?),
            item::entered.eq(new.entered.map(|entered| seal(vault, &entered_cell(&new.id), entered)).transpose()?),
            item::version.eq(1),
            item::stored_at.eq(new.at),
        ))
        .execute(tx)?;
    Ok(())
}

/// An item to be put in.
pub(crate) struct NewItem<'a> {
    pub(crate) id: Id128,
    pub(crate) kind: &'static str,
    pub(crate) person: Id128,
    pub(crate) municipality: &'a str,
    pub(crate) body: &'a Delivery,
    /// Of a result that a facility entered.
    pub(crate) entered: Option<&'a EnteredResult>,
    pub(crate) at: i64,
}
