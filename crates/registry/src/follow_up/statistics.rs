//! 年次集計: a read path that touches neither names nor numbers, only what records prove, birth year and sex.

use std::collections::BTreeMap;

use diesel::prelude::*;
use store::Tx;
use vocabulary::{FiscalYear, day};

use super::cases::Cases;
use super::table::annual_count;
use crate::RegistryError;
use crate::residents::table::resident;
use crate::results::table::examination;

/// Programme, the youngest age of five years and sex → people examined, of whom so many need a detailed examination, and had it.
pub(super) type AnnualCounts = BTreeMap<(String, i16, i16), [i64; 3]>;

/// Works out the counts of a fiscal year: people by programme, five years of age and sex.
pub(super) fn of(tx: &mut Tx, year: i32, cases: &Cases) -> Result<AnnualCounts, RegistryError> {
    let fiscal_year = FiscalYear(i16::try_from(year).map_err(|_| wire::Damaged("a fiscal year"))?);
    let done = cases.done();
    let query = examination::table
        .inner_join(resident::table.on(resident::id.eq(examination::resident)))
        .filter(examination::fiscal_year.eq(year))
        .select((examination::programme, examination::resident, resident::sex, resident::birth, examination::needs_detailed));
    // A person counts once for a programme, however many examinations of it there were.
    let mut people: BTreeMap<(String, i64), (i16, i32, i16)> = BTreeMap::new();
    store::stream!(tx, query, (String, i64, i16, i32, i16), |(programme, person, sex, birth, needs)| {
        let (.., needing) = people.entry((programme, person)).or_insert((sex, birth, needs));
        *needing = needs.max(*needing);
        Ok::<_, RegistryError>(())
    })?;
    let mut counts = AnnualCounts::new();
    for (key, (sex, birth, needs)) in people {
        let Some(birth) = day::from_number(birth) else { continue };
        let band = fiscal_year.age(birth).max(0) / 5 * 5;
        let is_done = done.contains(&(key.0.as_str(), key.1));
        let [examined, needing, settled] = counts.entry((key.0, band, sex)).or_default();
        *examined += 1;
        *needing += i64::from(needs);
        *settled += i64::from(is_done);
    }
    Ok(counts)
}

/// Writes them in place of the former ones.
pub(super) fn write(tx: &mut Tx, year: i32, counts: &AnnualCounts) -> Result<(), RegistryError> {
    diesel::delete(annual_count::table.filter(annual_count::fiscal_year.eq(year))).execute(tx)?;
    store::load(tx, annual_count::all_columns, |load| {
        counts.iter().try_for_each(|((programme, band, sex), [examined, needing, settled])| {
            load.push(|out| out.int(year).text(programme).int(*band).int(*sex).int(*examined).int(*needing).int(*settled))
        })
    })?;
    Ok(())
}
