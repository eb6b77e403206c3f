//! The eligible output: one line for a resident, a programme and an examination.

use std::io::Write;

use access::Caller;
use catalogue::Catalogue;
use eligibility::{Plan, PlanError, WriteError};
use ledger::{Room, Seen};
use vocabulary::{Date, FiscalYear};

use super::city::City;
use crate::RegistryError;
use crate::person::person_id;

/// Writes 住民番号,事業,検査,年齢, sorted → lines without the header. With a programme, its lines alone. For a thread that may block.
pub(crate) fn eligible(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    (year, on): (FiscalYear, Date),
    programme: Option<&str>,
    out: &mut (impl Write + Send),
) -> Result<u64, RegistryError> {
    if let Some(unknown) = programme.filter(|programme| catalogue.programme(programme).is_none()) {
        return Err(PlanError::UnknownProgramme(unknown.to_owned()).into());
    }
    let plan = Plan::compile(catalogue, year, on);
    // Nothing is written out before the entry is durable.
    let city = room.see_blocking(caller, crate::extraction::LIST, |tx, record| {
        let city = City::read(tx, room.vault(), catalogue, on)?;
        let mut people = room.people();
        people.extend(city.numbers.iter().map(|number| person_id(number.as_str())));
        record.note(format!("eligible in {year} on {on}"));
        Ok::<_, RegistryError>(Seen::many(people, city))
    })?;
    let Some(programme) = programme else { return Ok(plan.write_csv(&city.population, &city.history, &city.numbers, out)?) };
    out.write_all("住民番号,事業,検査,年齢\n".as_bytes())?;
    let (mut lines, mut failed) = (0, None);
    plan.list(&city.population, &city.history, |due| {
        if due.programme == programme
            && failed.is_none()
            && let Some(number) = city.numbers.get(due.row)
        {
            lines += 1;
            failed = writeln!(out, "{},{},{},{}", number.as_str(), due.programme, due.examination, due.age).err();
        }
    })?;
    failed.map_or(Ok(lines), |error| Err(error.into()))
}

impl From<WriteError> for RegistryError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Plan(error) => Self::Plan(error),
            WriteError::Output(error) => Self::Output(error),
            WriteError::Numbers { .. } => wire::Damaged("the numbers of an extraction").into(),
        }
    }
}
