//! Why a person is due or not, with a reason for every rule.

use access::Caller;
use catalogue::Catalogue;
use diesel::prelude::*;
use eligibility::{Examined, Explanation, KnownFact, Person};
use ledger::{Room, Seen};
use store::Tx;
use vault::Vault;
use vocabulary::{Date, FiscalYear, ResidentNumber, day};

use super::city::{Looked, shows, told};
use crate::RegistryError;
use crate::person::person_id;
use crate::residents::table::resident;
use crate::results::open_fact;
use crate::results::table::{examination, fact};
use crate::standing::former_periods;

/// Explains one person, one programme and one day. For a thread that may block.
pub(crate) fn explain(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    number: &ResidentNumber,
    programme: &str,
    on: Date,
) -> Result<Explanation, RegistryError> {
    let person = room.see_blocking(caller, crate::extraction::EXPLAIN, |tx, _| {
        let person = person(tx, room.vault(), catalogue, number.as_str())?.ok_or(wire::Unknown("the resident number"))?;
        Ok::<_, RegistryError>(Seen::person(person_id(number.as_str()), person))
    })?;
    Ok(eligibility::explain(catalogue, &person, programme, on)?)
}

/// Somebody as the rules of eligibility look at them. Whoever calls this names them in the record of use.
pub(crate) fn person(tx: &mut Tx, vault: &Vault, catalogue: &Catalogue, number: &str) -> Result<Option<Person>, RegistryError> {
    let looked: Option<Looked> = resident::table.filter(resident::number.eq(number)).select(Looked::as_select()).first(tx).optional()?;
    let Some(looked) = looked else { return Ok(None) };
    let former = former_periods(tx, Some(&[looked.id]))?.remove(&looked.id).unwrap_or_default();
    let mut person = Person { standing: looked.standing.standing(former), ..Person::default() };
    let columns =
        (examination::record, examination::programme, examination::examination_id, examination::fiscal_year, examination::examined_on);
    let of_person = examination::table.filter(examination::resident.eq(looked.id)).order(examination::id);
    for (record, programme, which, year, on) in of_person.select(columns).load::<(i16, String, String, i32, i32)>(tx)? {
        if let (true, Ok(year)) = (shows(catalogue, &programme, record), i16::try_from(year)) {
            let examination = told(&which).map(str::to_owned);
            person.examined.push(Examined { programme, examination, fiscal_year: FiscalYear(year), on: day::from_number(on) });
        }
    }
    let of_person = fact::table.filter(fact::resident.eq(looked.id)).order((fact::row, fact::fact_id));
    for (row, fact, on, sealed) in
        of_person.select((fact::row, fact::fact_id, fact::known_on, fact::value)).load::<(i64, String, i32, Vec<u8>)>(tx)?
    {
        let (value, on) = (open_fact(vault, row, &fact, &sealed)?, day::from_number(on).unwrap_or(Date::MIN));
        person.facts.push(KnownFact { fact, value, on });
    }
    Ok(Some(person))
}
