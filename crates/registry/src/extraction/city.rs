//! The city in columns, as the database has it: one pass over the residents, one over their examinations.

use std::collections::HashMap;

use catalogue::Catalogue;
use diesel::prelude::*;
use eligibility::{History, Population, Slot, Standing};
use store::Tx;
use vocabulary::{Date, FiscalYear, ResidentNumber, day};

use super::table::examination;
use crate::RegistryError;
use crate::residents::table::resident;
use crate::standing::{StandingRow, former_periods};

/// Population and history in the order of the resident numbers.
pub(super) struct City {
    pub(super) population: Population,
    pub(super) history: History,
    pub(super) numbers: Vec<ResidentNumber>,
    /// Id and version of the row that was looked at.
    pub(super) rows: Vec<(i64, i32)>,
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

/// Resident, record type, programme, examination, fiscal year, day, smoking index.
type Examined = (i64, i16, String, String, i32, i32, Option<i32>);

impl City {
    /// Reads everything that is known on a day.
    pub(super) fn read(tx: &mut Tx, catalogue: &Catalogue, on: Date) -> Result<City, RegistryError> {
        let mut people: Vec<(ResidentNumber, i64, i32, Standing)> = Vec::new();
        let mut former = former_periods(tx, None)?;
        store::stream!(tx, resident::table.select(Looked::as_select()), Looked, |row: Looked| {
            let number = ResidentNumber::parse(&row.number).map_err(|_| RegistryError::Malformed("a stored resident number"))?;
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
        let history = history(tx, catalogue, on, &places)?;
        Ok(City { population, history, numbers, rows })
    }
}

/// Whether a row of the index shows that the programme was done. Only the record that the programme names does: a detailed examination
/// (精検) is none of its screenings; and a row without a day tells no more than a fact. Which examination it was need not be known.
pub(super) fn shows(catalogue: &Catalogue, programme: &str, record: i16, examined_on: i32) -> bool {
    let of_record = |programme: &catalogue::Programme| i32::from(programme.result.record) == i32::from(record);
    examined_on != 0 && catalogue.programme(programme).is_some_and(of_record)
}

/// The examination that a row of the index tells, if it does.
pub(super) fn told(examination: &str) -> Option<&str> {
    (!examination.is_empty()).then_some(examination)
}

fn history(tx: &mut Tx, catalogue: &Catalogue, on: Date, places: &[u32]) -> Result<History, RegistryError> {
    let mut history = History::new(catalogue);
    let smoking = history.slots().fact(SMOKING_INDEX);
    let mut slots: HashMap<(String, String, i16, bool), Option<Slot>> = HashMap::new();
    // What came after the day is not known on it: a list for a past day comes out as it did. In their order: of two facts of one day the later
    // row holds.
    let known = examination::table.filter(examination::examined_on.le(day::to_number(on)));
    let query = known.order(examination::id).select((
        examination::resident,
        examination::record,
        examination::programme,
        examination::which,
        examination::fiscal_year,
        examination::examined_on,
        examination::smoking_index,
    ));
    store::stream!(tx, query, Examined, |(id, record, programme, which, year, on, index)| {
        let place = usize::try_from(id).ok().and_then(|id| places.get(id)).filter(|place| **place != u32::MAX);
        let Some(place) = place.and_then(|place| usize::try_from(*place).ok()) else { return Ok(()) };
        if let (Some(fact), Some(index)) = (smoking, index) {
            history.know(place, fact, index, on);
        }
        let slots = slots.entry((programme, which, record, on != 0));
        let slot = slots.or_insert_with_key(|(programme, which, record, _)| {
            let shows = shows(catalogue, programme, *record, on);
            shows.then(|| history.slots().slot(programme, told(which))).flatten()
        });
        if let (Some(slot), Ok(year)) = (slot, i16::try_from(year)) {
            history.mark(place, FiscalYear(year), slot);
        }
        Ok::<_, RegistryError>(())
    })?;
    Ok(history)
}

/// The one fact that has a column of its own among the examinations.
pub(super) const SMOKING_INDEX: &str = "smoking_index";
