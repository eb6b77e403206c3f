//! 精検対象: nobody who needs a detailed examination is lost; its state is unknown until a record of it says otherwise.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use catalogue::Catalogue;
use diesel::prelude::*;
use store::Tx;
use vault::Vault;

use super::table::detailed_case;
use crate::RegistryError;
use crate::results::table::{detailed_examination, examination, record_row};
use crate::results::{Layouts, RecordContent};

pub(super) const UNKNOWN: &str = "unknown";
pub(super) const DONE: &str = "done";
pub(super) const NOT_ATTENDED: &str = "notAttended";

/// A case: programme, resident, record row.
pub(super) type Case = (String, i64, i64);

/// The cases of a fiscal year.
pub(super) struct Cases {
    /// Each with its state.
    states: BTreeMap<Case, &'static str>,
    /// Records of detailed examinations that could not be read: they tell no state.
    pub(super) damaged: u64,
}

/// Works out the cases of a fiscal year.
pub(super) fn of(tx: &mut Tx, vault: &Vault, catalogue: &Catalogue, year: i32) -> Result<Cases, RegistryError> {
    let columns = (examination::programme, examination::resident, examination::row, examination::history);
    let needing: Vec<(String, i64, i64, i32)> = examination::table
        .filter(examination::fiscal_year.eq(year).and(examination::needs_detailed.eq(1)))
        .select(columns)
        .distinct()
        .load(tx)?;
    let Told { by_case: told, damaged } = told(tx, vault, year)?;
    let cases = needing.into_iter().map(|(programme, resident, row, history)| {
        let follow_up = catalogue.programme(&programme).map(|programme| &programme.follow_up);
        let state = follow_up.and_then(|follow_up| {
            let record = i16::try_from(follow_up.record).ok()?;
            Some(state(told.get(&(resident, record, history))?.get(&follow_up.attendance)))
        });
        ((programme, resident, row), state.unwrap_or(UNKNOWN))
    });
    Ok(Cases { states: cases.collect(), damaged })
}

/// The cases of a fiscal year as they are written, each with its state.
pub(super) fn stored(tx: &mut Tx, year: i32) -> Result<HashMap<Case, String>, RegistryError> {
    let those = detailed_case::table.filter(detailed_case::fiscal_year.eq(year));
    let columns = ((detailed_case::programme, detailed_case::resident, detailed_case::row), detailed_case::state);
    Ok(those.select(columns).load::<(Case, String)>(tx)?.into_iter().collect())
}

impl Cases {
    /// How many people and programmes.
    pub(super) fn people(&self) -> u64 {
        self.states.keys().map(|(programme, resident, _)| (programme, resident)).collect::<BTreeSet<_>>().len() as u64
    }

    pub(super) fn residents(&self) -> Vec<i64> {
        self.states.keys().map(|(_, resident, _)| *resident).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Programme and resident of those whose detailed examination was done.
    pub(super) fn done(&self) -> HashSet<(&str, i64)> {
        self.states
            .iter()
            .filter(|(_, state)| **state == DONE)
            .map(|((programme, resident, _), _)| (programme.as_str(), *resident))
            .collect()
    }

    /// What has to be written so that these are the cases: each with its state, or that it goes.
    pub(super) fn differing(&self, stored: &HashMap<Case, String>) -> Vec<(Case, Option<&'static str>)> {
        let gone = stored.keys().filter(|case| !self.states.contains_key(*case)).map(|case| (case.clone(), None));
        let other = |(case, state): &(&Case, &&str)| stored.get(*case).is_none_or(|stored| stored.as_str() != **state);
        gone.chain(self.states.iter().filter(other).map(|(case, state)| (case.clone(), Some(*state)))).collect()
    }
}

/// Writes some cases, and takes away those that are none.
pub(super) fn write(tx: &mut Tx, year: i32, cases: &[(Case, Option<&'static str>)]) -> Result<(), RegistryError> {
    for ((programme, resident, row), _) in cases {
        diesel::delete(detailed_case::table.find((year, programme, *resident, *row))).execute(tx)?;
    }
    store::load(tx, detailed_case::all_columns, |load| {
        cases.iter().try_for_each(|((programme, resident, row), state)| match state {
            Some(state) => load.push(|out| out.int(year).text(programme).int(*resident).int(*row).text(state)),
            None => Ok(()),
        })
    })?;
    Ok(())
}

/// Whether a detailed examination was attended, as its record's 精検受診有無 says; `None` while that is not known (未把握).
pub(crate) fn attended(attendance: &str) -> Option<bool> {
    match attendance {
        "1" => Some(true),
        "2" => Some(false),
        _ => None,
    }
}

/// What the attendance of a detailed examination says of its case.
fn state(attendance: &str) -> &'static str {
    match attended(attendance) {
        Some(true) => DONE,
        Some(false) => NOT_ATTENDED,
        None => UNKNOWN,
    }
}

/// Records of detailed examinations.
#[derive(Default)]
struct Told {
    /// By resident, record type and the screening's 履歴番号; the last one holds.
    by_case: HashMap<(i64, i16, i32), RecordContent>,
    damaged: u64,
}

fn told(tx: &mut Tx, vault: &Vault, year: i32) -> Result<Told, RegistryError> {
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
    let mut told = Told::default();
    for (resident, record, history, row, sealed) in rows {
        let of = (resident, record, history);
        match wire::pass_over(RecordContent::open(vault, &layouts, row, &sealed))? {
            Some(content) => drop(told.by_case.insert(of, content)),
            // What an earlier one says does not hold any more.
            None => {
                told.by_case.remove(&of);
                told.damaged += 1;
            }
        }
    }
    Ok(told)
}
