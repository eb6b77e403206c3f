//! Finding people.

use diesel::prelude::*;
use eligibility::Standing;
use ledger::{Record, Seen};
use store::Tx;
use vocabulary::day;

use super::asked::Asked;
use crate::RegistryError;
use crate::person::person_id;
use crate::residents::table::resident;
use crate::standing::{StandingRow, former_periods};

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
    pub(super) protected: i16,
    #[diesel(embed)]
    standing: StandingRow,
}

/// Finds them, with their standing.
pub(super) fn search(tx: &mut Tx, asked: &Asked, record: &mut Record<'_>) -> Result<Seen<Vec<(Hit, Standing)>>, RegistryError> {
    let query = resident::table.order(resident::id).limit(MOST).select(Hit::as_select());
    let hits: Vec<Hit> = match asked {
        Asked::Number(number) => query.filter(resident::number.eq(number.as_str())).load(tx)?,
        Asked::KanaAndBirth(kana, born) => {
            query.filter(resident::kana_key.eq(kana).and(resident::birth.eq(day::to_number(*born)))).load(tx)?
        }
    };
    record.note(format!("{}: {} found", asked.way(), hits.len()));
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    let mut former = former_periods(tx, Some(&ids))?;
    let with_standing = hits.into_iter().map(|hit| {
        let standing = hit.standing.standing(former.remove(&hit.id).unwrap_or_default());
        (hit, standing)
    });
    let found: Vec<(Hit, Standing)> = with_standing.collect();
    let people: Vec<_> = found.iter().map(|(hit, _)| person_id(&hit.number).into_owned()).collect();
    Ok(Seen::people(people, found))
}
