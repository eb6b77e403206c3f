//! A record as it stands, for the form of its correction; and the days of a person's records, for the form of another.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use diesel::prelude::*;
use store::Tx;
use vault::Vault;
use vocabulary::Date;

use super::content::RecordContent;
use super::form::Form;
use super::layout::Layouts;
use super::table::record_row;
use crate::RegistryError;
use crate::residents::table::resident;

/// A record and what it says. Personal: health data.
pub(crate) struct StoredRecord {
    /// 住民番号 of the person.
    pub(crate) number: String,
    pub(crate) history: i32,
    pub(crate) version: i32,
    /// Item id → value, of the items that the record type has.
    pub(crate) values: BTreeMap<String, String>,
    /// What the columns were called of values of items that the record type no longer has: a correction leaves them in the history alone.
    pub(crate) former: Vec<String>,
}

type Columns = (String, i32, i32, Vec<u8>);

impl StoredRecord {
    /// Reads the record of a row, if there is one of this record type.
    pub(crate) fn read(tx: &mut Tx, vault: &Vault, catalogue: &Catalogue, of: u16, row: i64) -> Result<Option<Self>, RegistryError> {
        let form = Form::of(catalogue, of)?;
        let found: Option<Columns> = record_row::table
            .inner_join(resident::table.on(resident::id.eq(record_row::resident)))
            .filter(record_row::id.eq(row).and(record_row::record.eq(form.number)))
            .select((resident::number, record_row::history, record_row::version, record_row::content))
            .first(tx)
            .optional()?;
        let Some((number, history, version, sealed)) = found else { return Ok(None) };
        let content = RecordContent::open(vault, &Layouts::load(tx)?, row, &sealed)?;
        let values = form.record.items.iter().map(|item| (item.id.clone(), content.get(&item.id).to_owned())).collect();
        let former = content.values().filter(|(item, ..)| form.record.place(item).is_none()).map(|(_, name, _)| name.to_owned());
        Ok(Some(StoredRecord { number, history, version, values, former: former.collect() }))
    }
}

/// 履歴番号 and day of examination of a resident's records of a type.
pub(crate) fn days_of(
    tx: &mut Tx,
    vault: &Vault,
    catalogue: &Catalogue,
    of: u16,
    resident: i64,
) -> Result<Vec<(i32, Date)>, RegistryError> {
    let form = Form::of(catalogue, of)?;
    let Some(item) = form.examined_item() else { return Ok(Vec::new()) };
    let rows: Vec<(i64, i32, Vec<u8>)> = record_row::table
        .filter(record_row::resident.eq(resident).and(record_row::record.eq(form.number)))
        .order(record_row::history)
        .select((record_row::id, record_row::history, record_row::content))
        .load(tx)?;
    let layouts = Layouts::load(tx)?;
    let mut days = Vec::new();
    for (row, history, sealed) in rows {
        days.extend(RecordContent::open(vault, &layouts, row, &sealed)?.date(item).map(|day| (history, day)));
    }
    Ok(days)
}
