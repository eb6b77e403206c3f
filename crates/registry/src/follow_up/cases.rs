//! 精検対象: nobody who needs a detailed examination is lost; its state is unknown until a record of it says otherwise.

use std::collections::{BTreeMap, HashMap};

use catalogue::Catalogue;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;

use super::table::detailed_case;
use crate::RegistryError;
use crate::results::table::{detailed_examination, examination};

pub(super) const UNKNOWN: &str = "unknown";
pub(super) const DONE: &str = "done";
pub(super) const NOT_ATTENDED: &str = "notAttended";

/// Makes the list of a fiscal year → how many people and programmes, and a digest of who.
pub(super) fn make(tx: &mut Tx, catalogue: &Catalogue, year: i32) -> Result<(u64, [u8; 32]), RegistryError> {
    let columns = (examination::programme, examination::resident, examination::row, examination::history);
    let needing: Vec<(String, i64, i64, i32)> = examination::table
        .filter(examination::fiscal_year.eq(year).and(examination::needs_detailed.eq(1)).and(examination::examined_on.gt(0)))
        .order((examination::programme, examination::resident, examination::row))
        .select(columns)
        .distinct()
        .load(tx)?;
    let told = told(tx, year)?;
    let mut people: BTreeMap<(&str, i64), ()> = BTreeMap::new();
    let mut digest = Sha256::new();
    diesel::delete(detailed_case::table.filter(detailed_case::fiscal_year.eq(year))).execute(tx)?;
    store::load(tx, detailed_case::all_columns, |load| {
        for (programme, resident, row, history) in &needing {
            let record = catalogue.programme(programme).map_or(0, |programme| programme.follow_up.record);
            let known = i16::try_from(record).ok().and_then(|record| told.get(&(*resident, record, *history)));
            let (state, judgement) = known.map_or((UNKNOWN, ""), |(state, judgement)| (*state, judgement.as_str()));
            if people.insert((programme, *resident), ()).is_none() {
                digest.update(resident.to_le_bytes());
            }
            load.push(|out| out.int(year).text(programme).int(*resident).int(*row).text(state).text(judgement))?;
        }
        Ok::<_, RegistryError>(())
    })?;
    Ok((people.len() as u64, digest.finalize().into()))
}

type Told = HashMap<(i64, i16, i32), (&'static str, String)>;

/// What records of detailed examinations say, by resident, record type and the screening's 履歴番号; the last one holds.
fn told(tx: &mut Tx, year: i32) -> Result<Told, RegistryError> {
    use detailed_examination as detailed;
    let needing =
        examination::table.filter(examination::fiscal_year.eq(year).and(examination::needs_detailed.eq(1))).select(examination::resident);
    let rows: Vec<(i64, i16, i32, String, String)> = detailed::table
        .filter(detailed::resident.eq_any(needing))
        .order(detailed::row)
        .select((detailed::resident, detailed::record, detailed::history, detailed::attendance, detailed::judgement))
        .load(tx)?;
    let rows = rows.into_iter().map(|(resident, record, history, attendance, judgement)| {
        let state = match attendance.as_str() {
            "1" => DONE,
            "2" => NOT_ATTENDED,
            _ => UNKNOWN,
        };
        ((resident, record, history), (state, judgement))
    });
    Ok(rows.collect())
}
