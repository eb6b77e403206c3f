//! The city in columns, as the database has it: one pass over the residents, one over their examinations, one over what is known of them.

use std::collections::HashMap;

use catalogue::Catalogue;
use diesel::prelude::*;
use eligibility::{History, Population, Slot, Standing};
use store::Tx;
use vault::Vault;
use vocabulary::{Date, FiscalYear, ResidentNumber, day};

use crate::RegistryError;
use crate::residents::table::resident;
use crate::results::open_fact;
use crate::results::table::{examination, fact};
use crate::standing::{StandingRow, former_periods};

/// Population and history in the order of the resident numbers.
pub(super) struct City {
    pub(super) population: Population,
    pub(super) history: History,
    pub(super) numbers: Vec<ResidentNumber>,
    /// Id and version of the row that was looked at.
    pub(super) rows: Vec<(i64, i32)>,
    /// Facts that could not be read; nobody is looked at with them.
    pub(super) damaged: u64,
}

/// What is looked at in a resident.
#[derive(Queryable, Selectable)]
#[diesel(table_name = resident)]
pub(super) struct Looked {
    number: String,
    pub(super) id: i64,
    version: i32,
    #[diesel(embed)]
    pub(super) standing: StandingRow,
}

/// Resident, record type, programme, examination, fiscal year.
type Examined = (i64, i16, String, String, i32);
/// Record row, fact, resident, day, sealed value.
type Told = (i64, String, i64, i32, Vec<u8>);

impl City {
    /// Reads everything that is known on a day.
    pub(super) fn read(tx: &mut Tx, vault: &Vault, catalogue: &Catalogue, on: Date) -> Result<City, RegistryError> {
        let mut people: Vec<(ResidentNumber, i64, i32, Standing)> = Vec::new();
        let mut former = former_periods(tx, None)?;
        store::stream!(tx, resident::table.select(Looked::as_select()), Looked, |row: Looked| {
            let number = ResidentNumber::parse(&row.number).map_err(|_| wire::Damaged("a resident number"))?;
            people.push((number, row.id, row.version, row.standing.standing(former.remove(&row.id).unwrap_or_default())));
            Ok::<_, RegistryError>(())
        })?;
        people.sort_unstable_by_key(|person| person.0);
        let mut population = Population::with_capacity(people.len());
        let mut rows = Vec::with_capacity(people.len());
        let mut numbers = Vec::with_capacity(people.len());
        let last = people.iter().map(|person| person.1).max().unwrap_or(0);
        let mut places = vec![u32::MAX; usize::try_from(last).unwrap_or(0) + 1];
        for (number, id, version, standing) in people {
            let place = u32::try_from(population.push(&standing)).unwrap_or(u32::MAX);
            if let Some(slot) = usize::try_from(id).ok().and_then(|id| places.get_mut(id)) {
                *slot = place;
            }
            rows.push((id, version));
            numbers.push(number);
        }
        let mut history = History::new(catalogue);
        examinations(tx, catalogue, on, &places, &mut history)?;
        let damaged = facts(tx, vault, on, &places, &mut history)?;
        Ok(City { population, history, numbers, rows, damaged })
    }
}

/// Whether an examination shows that the programme was done. Only the record that the programme names does: a detailed examination (精検) is
/// none of its screenings. Which examination it was need not be known.
pub(super) fn shows(catalogue: &Catalogue, programme: &str, record: i16) -> bool {
    catalogue.programme(programme).is_some_and(|programme| i32::from(programme.result.record) == i32::from(record))
}

/// The examination that a row of the index tells, if it does.
pub(super) fn told(examination: &str) -> Option<&str> {
    (!examination.is_empty()).then_some(examination)
}

fn place_of(places: &[u32], resident: i64) -> Option<usize> {
    let place = usize::try_from(resident).ok().and_then(|id| places.get(id)).filter(|place| **place != u32::MAX)?;
    usize::try_from(*place).ok()
}

fn examinations(tx: &mut Tx, catalogue: &Catalogue, on: Date, places: &[u32], history: &mut History) -> Result<(), RegistryError> {
    let mut slots: HashMap<(String, String, i16), Option<Slot>> = HashMap::new();
    // What came after the day is not known on it: a list for a past day comes out as it did.
    let query = examination::table.filter(examination::examined_on.le(day::to_number(on))).select((
        examination::resident,
        examination::record,
        examination::programme,
        examination::examination_id,
        examination::fiscal_year,
    ));
    store::stream!(tx, query, Examined, |(resident, record, programme, which, year): Examined| {
        let Some(place) = place_of(places, resident) else { return Ok(()) };
        let slot = slots.entry((programme, which, record)).or_insert_with_key(|(programme, which, record)| {
            shows(catalogue, programme, *record).then(|| history.slots().slot(programme, told(which))).flatten()
        });
        if let (Some(slot), Ok(year)) = (slot, i16::try_from(year)) {
            history.mark(place, FiscalYear(year), slot);
        }
        Ok::<_, RegistryError>(())
    })?;
    Ok(())
}

/// → those that could not be read, which hold up nobody else's.
fn facts(tx: &mut Tx, vault: &Vault, on: Date, places: &[u32], history: &mut History) -> Result<u64, RegistryError> {
    let mut damaged = 0;
    // In their order: of two values of one day the later row's holds.
    let known = fact::table.filter(fact::known_on.le(day::to_number(on))).order((fact::row, fact::fact_id));
    let query = known.select((fact::row, fact::fact_id, fact::resident, fact::known_on, fact::value));
    store::stream!(tx, query, Told, |(row, id, resident, known_on, sealed): Told| {
        if let (Some(place), Some(fact)) = (place_of(places, resident), history.slots().fact(&id)) {
            match wire::pass_over(open_fact(vault, row, &id, &sealed))? {
                Some(value) => history.know(place, fact, value, known_on),
                None => damaged += 1,
            }
        }
        Ok::<_, RegistryError>(())
    })?;
    Ok(damaged)
}
