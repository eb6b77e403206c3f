//! Whom the record of use names, and by what: a person of this room is their 住民番号 in every entry, so that a search finds them all.

use diesel::prelude::*;
use ledger::{People, PersonId, Room};
use store::Tx;

use crate::RegistryError;
use crate::residents::table::resident;

/// Ids in one statement.
const ROWS: usize = 1_000;

/// What the record names a person by.
pub(crate) fn person_id(number: &str) -> PersonId<'_> {
    PersonId::new(number)
}

/// Those with these ids in the table of residents.
pub(crate) fn people_of(tx: &mut Tx, room: &Room, residents: &[i64]) -> Result<People, RegistryError> {
    let mut people = room.people();
    for ids in residents.chunks(ROWS) {
        let numbers: Vec<String> = resident::table.filter(resident::id.eq_any(ids.to_vec())).select(resident::number).load(tx)?;
        people.extend(numbers.iter().map(|number| person_id(number)));
    }
    Ok(people)
}
