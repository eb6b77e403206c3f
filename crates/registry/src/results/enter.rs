//! One row of a record type from a form: the gate that files go through, item by item (R-REG-6).

use std::collections::BTreeMap;

use access::Caller;
use catalogue::{Catalogue, Problem};
use diesel::prelude::*;
use ledger::{Room, Seen};
use store::Tx;

use super::content::RecordContent;
use super::form::Form;
use super::layout::Layouts;
use super::table::{FORM, record_row};
use super::write::{Origin, RowOutcome, Writer, known};
use crate::RegistryError;
use crate::person::person_id;
use crate::residents::table::resident;

/// What came of a row that was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnteredRow {
    /// Nothing was written: what is wrong with which items, in the order of the form.
    Refused(Vec<RefusedItem>),
    /// A new record of this 履歴番号.
    Added(i32),
    /// The record of this 履歴番号 says something else now; what it said stays in the history.
    Corrected(i32),
    /// The record of this 履歴番号 said all of it already.
    Unchanged(i32),
}

/// An item that was refused. It never tells the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedItem {
    /// Id of the item.
    pub item: String,
    /// Why.
    pub refusal: Refusal,
}

/// Why an item was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Its value is none of the item's.
    Value(Problem),
    /// The record type has no such item.
    NoSuchItem,
    /// Nobody of this resident number is known.
    UnknownPerson,
    /// The record says something else than it did when its correction was begun.
    ChangedMeanwhile,
}

impl RefusedItem {
    /// What is wrong and what to do, in Japanese.
    pub fn ja(&self) -> String {
        match &self.refusal {
            Refusal::Value(problem) => problem.ja(),
            Refusal::NoSuchItem => "この記録種別にない項目です".to_owned(),
            Refusal::UnknownPerson => "この住民番号の住民は登録されていません".to_owned(),
            Refusal::ChangedMeanwhile => "入力している間に、この記録が訂正されました。最新の内容を確認してください".to_owned(),
        }
    }

    /// The same in English.
    pub fn en(&self) -> String {
        match &self.refusal {
            Refusal::Value(problem) => problem.en(),
            Refusal::NoSuchItem => "the record type has no such item".to_owned(),
            Refusal::UnknownPerson => "nobody of this resident number is known".to_owned(),
            Refusal::ChangedMeanwhile => "the record was corrected meanwhile: look at what it says now".to_owned(),
        }
    }
}

/// What is wrong with a row (item id → text) as far as the items themselves tell; nothing when an import would take it.
pub fn check_items(catalogue: &Catalogue, record_type: u16, items: &BTreeMap<String, String>) -> Result<Vec<RefusedItem>, RegistryError> {
    Ok(cells(&Form::of(catalogue, record_type)?, items).err().unwrap_or_default())
}

/// Takes one row in (item id → text): without 履歴番号 it is the person's next record, in which items that are not named are empty; with one that
/// is known a correction, for which `reason` says why, and in which items that are not named stay as they are. For a thread that may block.
pub fn enter(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    record_type: u16,
    items: &BTreeMap<String, String>,
    reason: &str,
) -> Result<EnteredRow, RegistryError> {
    take(room, caller, catalogue, record_type, items, None, reason)
}

/// [`enter`] of a correction that was begun when the record stood at a version: refused when it has another by now.
pub fn correct(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    record_type: u16,
    items: &BTreeMap<String, String>,
    version: i32,
    reason: &str,
) -> Result<EnteredRow, RegistryError> {
    take(room, caller, catalogue, record_type, items, Some(version), reason)
}

fn take(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    record_type: u16,
    items: &BTreeMap<String, String>,
    version: Option<i32>,
    reason: &str,
) -> Result<EnteredRow, RegistryError> {
    let form = Form::of(catalogue, record_type)?;
    let mut cells = match cells(&form, items) {
        Ok(cells) => cells,
        Err(refused) => return Ok(EnteredRow::Refused(refused)),
    };
    let now = room.clock().now_ms();
    room.change_blocking(caller, super::ENTER, |tx, record| {
        let number = cells.get(form.resident).cloned().unwrap_or_default();
        let refuse = |record: &mut ledger::Record<'_>, item: &str, refusal| {
            record.refused();
            let refused = EnteredRow::Refused(vec![RefusedItem { item: item.to_owned(), refusal }]);
            Seen::person(person_id(&number).into_owned(), refused)
        };
        let id: Option<i64> = resident::table.filter(resident::number.eq(&number)).select(resident::id).first(tx).optional()?;
        let Some(id) = id else { return Ok(refuse(record, "resident_number", Refusal::UnknownPerson)) };
        let stands = keep_unnamed(tx, &form, room, id, items, &mut cells)?;
        if version.is_some_and(|version| stands != Some(version)) {
            return Ok(refuse(record, "history_number", Refusal::ChangedMeanwhile));
        }
        let person = person_id(&number).into_owned();
        let known = known(tx, &form, room.vault(), Some(&[id]))?;
        let origin = Origin { source: FORM, import: 0, by: caller.id(), reason, now };
        let mut writer = Writer::new(tx, &form, room.vault(), known, origin)?;
        let outcome = writer.row(tx, id, std::mem::take(&mut cells))?;
        writer.flush(tx)?;
        let (RowOutcome::Added(row) | RowOutcome::Corrected(row) | RowOutcome::Unchanged(row)) = outcome;
        let history = writer.history_of(row).unwrap_or_default();
        record.note(format!("record type {record_type}, history number {history}"));
        let entered = match outcome {
            RowOutcome::Added(_) => EnteredRow::Added(history),
            RowOutcome::Corrected(_) => EnteredRow::Corrected(history),
            RowOutcome::Unchanged(_) => EnteredRow::Unchanged(history),
        };
        Ok(Seen::person(person, entered))
    })
}

/// Fills the items that are not named in with what the record of this 履歴番号 says → its version, where there is one: nothing that did not stand
/// on a form is emptied by it.
fn keep_unnamed(
    tx: &mut Tx,
    form: &Form<'_>,
    room: &Room,
    resident: i64,
    items: &BTreeMap<String, String>,
    cells: &mut [String],
) -> Result<Option<i32>, RegistryError> {
    let Some(history) = cells.get(form.history).and_then(|text| text.parse::<i32>().ok()) else { return Ok(None) };
    let that = record_row::resident.eq(resident).and(record_row::record.eq(form.number)).and(record_row::history.eq(history));
    let columns = (record_row::id, record_row::version, record_row::content);
    let stored: Option<(i64, i32, Vec<u8>)> = record_row::table.filter(that).select(columns).first(tx).optional()?;
    let Some((row, version, sealed)) = stored else { return Ok(None) };
    let content = RecordContent::open(room.vault(), &Layouts::load(tx)?, row, &sealed)?;
    for (item, cell) in form.record.items.iter().zip(cells) {
        if !items.contains_key(&item.id) {
            content.get(&item.id).clone_into(cell);
        }
    }
    Ok(Some(version))
}

/// The row in the order of the form, every value in its one form.
fn cells(form: &Form<'_>, items: &BTreeMap<String, String>) -> Result<Vec<String>, Vec<RefusedItem>> {
    let mut refused = Vec::new();
    let mut cells = Vec::with_capacity(form.record.items.len());
    for item in &form.record.items {
        match item.canonical(items.get(&item.id).map_or("", String::as_str)) {
            Ok(value) => cells.push(value.into_owned()),
            Err(problem) => refused.push(RefusedItem { item: item.id.clone(), refusal: Refusal::Value(problem) }),
        }
    }
    let unknown = items.keys().filter(|item| form.record.place(item).is_none());
    refused.extend(unknown.map(|item| RefusedItem { item: item.clone(), refusal: Refusal::NoSuchItem }));
    if refused.is_empty() { Ok(cells) } else { Err(refused) }
}
