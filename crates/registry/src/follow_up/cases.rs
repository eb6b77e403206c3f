//! 精検対象: nobody who needs a detailed examination is lost; its state is unknown until a record of it says otherwise.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use store::Tx;

use super::table::detailed_case;
use crate::results::table::{detailed_examination, examination, record_row};
use crate::results::{Layouts, RecordContent};
use crate::{Desk, RegistryError};

pub(super) const UNKNOWN: &str = "unknown";
pub(super) const DONE: &str = "done";
pub(super) const NOT_ATTENDED: &str = "notAttended";

/// Makes the list of a fiscal year → how many people and programmes, and who.
pub(super) fn make(tx: &mut Tx, desk: &Desk, year: i32) -> Result<(u64, Vec<i64>), RegistryError> {
    let columns = (examination::programme, examination::resident, examination::row, examination::history);
    let needing: Vec<(String, i64, i64, i32)> = examination::table
        .filter(examination::fiscal_year.eq(year).and(examination::needs_detailed.eq(1)))
        .order((examination::programme, examination::resident, examination::row))
        .select(columns)
        .distinct()
        .load(tx)?;
    let told = told(tx, desk, year)?;
    let mut people: BTreeSet<(&str, i64)> = BTreeSet::new();
    diesel::delete(detailed_case::table.filter(detailed_case::fiscal_year.eq(year))).execute(tx)?;
    store::load(tx, detailed_case::all_columns, |load| {
        for (programme, resident, row, history) in &needing {
            let follow_up = desk.catalogue().programme(programme).map(|programme| &programme.follow_up);
            let state = follow_up.and_then(|follow_up| {
                let record = i16::try_from(follow_up.record).ok()?;
                Some(state(told.get(&(*resident, record, *history))?.get(&follow_up.attendance)))
            });
            people.insert((programme, *resident));
            load.push(|out| out.int(year).text(programme).int(*resident).int(*row).text(state.unwrap_or(UNKNOWN)))?;
        }
        Ok::<_, RegistryError>(())
    })?;
    let residents: BTreeSet<i64> = people.iter().map(|(_, resident)| *resident).collect();
    Ok((people.len() as u64, residents.into_iter().collect()))
}

/// What the attendance of a detailed examination (精検受診有無) says of its case.
fn state(attendance: &str) -> &'static str {
    match attendance {
        "1" => DONE,
        "2" => NOT_ATTENDED,
        _ => UNKNOWN,
    }
}

type Told = HashMap<(i64, i16, i32), RecordContent>;

/// Records of detailed examinations, by resident, record type and the screening's 履歴番号; the last one holds.
fn told(tx: &mut Tx, desk: &Desk, year: i32) -> Result<Told, RegistryError> {
    use detailed_examination as detailed;
    let layouts = Layouts::load(tx)?;
    let needing =
        examination::table.filter(examination::fiscal_year.eq(year).and(examination::needs_detailed.eq(1))).select(examination::resident);
    let rows: Vec<(i64, i16, i32, i64, Vec<u8>)> = detailed::table
        .inner_join(record_row::table.on(record_row::id.eq(detailed::row)))
        .filter(detailed::resident.eq_any(needing))
        .order(detailed::row)
        .select((detailed::resident, detailed::record, detailed::history, detailed::row, record_row::content))
        .load(tx)?;
    let rows = rows.into_iter().map(|(resident, record, history, row, sealed)| {
        Ok(((resident, record, history), RecordContent::open(desk.room().vault(), &layouts, row, &sealed)?))
    });
    rows.collect()
}
