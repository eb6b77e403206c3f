//! The tables, and what is written in them.

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::Id128;

use crate::HubError;

diesel::table! {
    template (id, version) { id -> Text, version -> BigInt, programme -> Text, body -> Text, stored_at -> BigInt, }
}
diesel::table! {
    person (id) {
        id -> BigInt, identity_key -> Text, number_index -> Binary, number -> Binary, basic -> Binary, checkups -> Binary,
        key_index -> Nullable<Binary>, pmh_key -> Nullable<Binary>, state -> Text, due -> SmallInt, changed_at -> BigInt,
    }
}
diesel::table! {
    task (id) { id -> Binary, at -> BigInt, }
}
diesel::table! {
    task_row (task, place) {
        task -> Binary, place -> BigInt, identity_key -> Text, person -> Nullable<BigInt>, state -> Text, errors -> Nullable<Text>,
    }
}
diesel::table! {
    item (id) { id -> Binary, person -> BigInt, kind -> Text, name -> Text, mark -> Binary, }
}
diesel::table! {
    collected (sequence) { sequence -> BigInt, kind -> Text, stray -> Nullable<Binary>, at -> BigInt, }
}
diesel::table! {
    answer (sheet) { sheet -> Binary, person -> BigInt, sequence -> BigInt, answers -> Binary, }
}
diesel::table! {
    result (sequence) {
        sequence -> BigInt, name -> Binary, version -> Integer, entered -> BigInt, identity_key -> Text, body -> Binary,
    }
}
diesel::table! {
    tally (name) { name -> Text, value -> BigInt, }
}
diesel::table! {
    held (sequence) { sequence -> BigInt, municipality -> BigInt, body -> Binary, damaged -> SmallInt, }
}
diesel::table! {
    edge_cursor (id) { id -> BigInt, state -> Binary, }
}

/// The words of a person's `state`.
pub(crate) mod state {
    pub(crate) const REGISTERED: &str = "registered";
    pub(crate) const DELETED: &str = "deleted";
    /// The payers' hub gave two people one key; somebody has to look into it.
    pub(crate) const CONFLICT: &str = "conflict";
}

/// The words of a task row's `state`.
pub(crate) mod row_state {
    pub(crate) const WAITING: &str = "waiting";
    pub(crate) const REGISTERED: &str = "registered";
    pub(crate) const DELETED: &str = "deleted";
    pub(crate) const REFUSED: &str = "refused";
}

/// The words of `kind`.
pub(crate) mod kind {
    pub(crate) const QUESTIONNAIRE: &str = "questionnaire";
    pub(crate) const NOTICE: &str = "notice";
    pub(crate) const RESULT: &str = "result";
    pub(crate) const ANSWER: &str = "answer";
    pub(crate) const STRAY: &str = "stray";
}

/// The words of a person's `due`.
pub(crate) mod due {
    pub(crate) const NO: i16 = 0;
    pub(crate) const YES: i16 = 1;
    /// What is stored of them cannot be read; registered anew they are due again.
    pub(crate) const DAMAGED: i16 = 2;
}

/// An identifier from a column.
pub(crate) fn id128(bytes: &[u8]) -> Result<Id128, HubError> {
    bytes.try_into().map(Id128::from_bytes).map_err(|_| wire::Damaged("an identifier").into())
}

/// Something as it lies in a sealed column.
pub(crate) fn seal<T: Serialize + ?Sized>(vault: &Vault, cell: &Cell<'_>, value: &T) -> Result<Vec<u8>, HubError> {
    let text = serde_json::to_vec(value).map(zeroize::Zeroizing::new).map_err(|_| wire::Defect("a message that cannot be written"))?;
    Ok(vault.seal(cell, &text)?)
}

/// And back.
pub(crate) fn unseal<T: DeserializeOwned>(vault: &Vault, cell: &Cell<'_>, sealed: &[u8]) -> Result<T, HubError> {
    serde_json::from_slice(&vault.open_cell(cell, sealed)?).map_err(|_| wire::Damaged("a message").into())
}

/// The next `count` numbers of a kind, the first of them; a number is never given twice, whatever is deleted.
pub(crate) fn numbers(tx: &mut Tx, name: &'static str, count: usize) -> Result<i64, HubError> {
    let last: i64 = tally::table.find(name).select(tally::value).first(tx).optional()?.unwrap_or(0);
    let value = last + i64::try_from(count).unwrap_or(i64::MAX);
    store::upsert!(tx, tally::table, (tally::name.eq(name), tally::value.eq(value)), (tally::name), tally::value.eq(value))?;
    Ok(last + 1)
}
