//! 年次集計: a read path that touches neither names nor numbers, only what records prove, birth year and sex.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use store::Tx;
use vocabulary::{FiscalYear, day};

use super::cases::DONE;
use super::table::{annual_count, detailed_case};
use crate::RegistryError;
use crate::residents::table::resident;
use crate::results::table::examination;

/// Makes the counts of a fiscal year: people by programme, five years of age and sex.
pub(super) fn make(tx: &mut Tx, year: i32) -> Result<(), RegistryError> {
    let fiscal_year = FiscalYear(i16::try_from(year).map_err(|_| wire::Damaged("a fiscal year"))?);
    let done: Vec<(String, i64)> = detailed_case::table
        .filter(detailed_case::fiscal_year.eq(year).and(detailed_case::state.eq(DONE)))
        .select((detailed_case::programme, detailed_case::resident))
        .load(tx)?;
    let done: HashSet<(String, i64)> = done.into_iter().collect();
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
    let mut counts: BTreeMap<(String, i16, i16), [i64; 3]> = BTreeMap::new();
    for (key, (sex, birth, needs)) in people {
        let Some(birth) = day::from_number(birth) else { continue };
        let band = fiscal_year.age(birth).max(0) / 5 * 5;
        let is_done = done.contains(&key);
        let [examined, needing, settled] = counts.entry((key.0, band, sex)).or_default();
        *examined += 1;
        *needing += i64::from(needs);
        *settled += i64::from(is_done);
    }
    diesel::delete(annual_count::table.filter(annual_count::fiscal_year.eq(year))).execute(tx)?;
    store::load(tx, annual_count::all_columns, |load| {
        counts.iter().try_for_each(|((programme, band, sex), [examined, needing, settled])| {
            load.push(|out| out.int(year).text(programme).int(*band).int(*sex).int(*examined).int(*needing).int(*settled))
        })
    })?;
    Ok(())
}
