//! Finding people.

use diesel::prelude::*;
use ledger::Record;
use store::Tx;
use vocabulary::day;

use super::asked::Asked;
use crate::RegistryError;
use crate::residents::table::resident;

/// More than these share no kana and birthday; a search that finds more is too wide.
const MOST: i64 = 50;

/// Somebody who was found.
#[derive(Queryable, Selectable)]
#[diesel(table_name = resident)]
pub(super) struct Hit {
    pub(super) id: i64,
    pub(super) number: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) sex: i16,
    pub(super) birth: i32,
    pub(super) class: i16,
    pub(super) removal: i16,
    pub(super) protected: i16,
}

/// Finds them and names them in the record.
pub(super) fn search(tx: &mut Tx, asked: &Asked, record: &mut Record<'_>) -> Result<Vec<Hit>, RegistryError> {
    let query = resident::table.order(resident::id).limit(MOST).select(Hit::as_select());
    let hits: Vec<Hit> = match asked {
        Asked::Number(number) => query.filter(resident::number.eq(number.as_str())).load(tx)?,
        Asked::KanaAndBirth(kana, born) => {
            query.filter(resident::kana_key.eq(kana).and(resident::birth.eq(day::to_number(*born)))).load(tx)?
        }
    };
    for hit in &hits {
        record.subject(&hit.number);
    }
    record.note(format!("{}: {} found", asked.way(), hits.len()));
    Ok(hits)
}
