//! Why a person is due or not, with a reason for every rule.

use access::Caller;
use catalogue::Catalogue;
use diesel::prelude::*;
use eligibility::{Examined, Explanation, KnownFact, Person, Standing};
use ledger::Room;
use store::Tx;
use vocabulary::{Date, FiscalYear, ResidentNumber, day};

use super::city::{Looked, SMOKING_INDEX, shows, told};
use super::table::examination;
use crate::RegistryError;
use crate::residents::table::resident;
use crate::standing::former_periods;

/// Record type, programme, examination, fiscal year, day, smoking index.
type Row = (i16, String, String, i32, i32, Option<i32>);

/// Explains one person, one programme and one day. For a thread that may block.
pub(crate) fn explain(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    number: &ResidentNumber,
    programme: &str,
    on: Date,
) -> Result<Explanation, RegistryError> {
    let person = room.read_blocking(caller, crate::EXPLAIN, |tx, record| {
        record.subject(number.as_str());
        person(tx, catalogue, number.as_str())?.ok_or(RegistryError::Unknown("the resident number"))
    })?;
    Ok(eligibility::explain(catalogue, &person, programme, on)?)
}

/// Somebody as the rules of eligibility look at them. Whoever calls this names them in the record of use.
pub(crate) fn person(tx: &mut Tx, catalogue: &Catalogue, number: &str) -> Result<Option<Person>, RegistryError> {
    let looked: Option<Looked> = resident::table.filter(resident::number.eq(number)).select(Looked::as_select()).first(tx).optional()?;
    let Some(looked) = looked else { return Ok(None) };
    let query = examination::table.filter(examination::resident.eq(looked.id)).order(examination::id).select((
        examination::record,
        examination::programme,
        examination::which,
        examination::fiscal_year,
        examination::examined_on,
        examination::smoking_index,
    ));
    let rows: Vec<Row> = query.load(tx)?;
    let former = former_periods(tx, Some(&[looked.id]))?.remove(&looked.id).unwrap_or_default();
    Ok(Some(known(catalogue, looked.standing.standing(former), rows)))
}

fn known(catalogue: &Catalogue, standing: Standing, rows: Vec<Row>) -> Person {
    let mut person = Person { standing, ..Person::default() };
    for (record, programme, which, year, on, smoking) in rows {
        if let Some(value) = smoking {
            let on = day::from_number(on).unwrap_or(Date::MIN);
            person.facts.push(KnownFact { fact: SMOKING_INDEX.to_owned(), value, on });
        }
        if let (true, Ok(year)) = (shows(catalogue, &programme, record, on), i16::try_from(year)) {
            let examination = told(&which).map(str::to_owned);
            person.examined.push(Examined { programme, examination, fiscal_year: FiscalYear(year), on: day::from_number(on) });
        }
    }
    person
}
