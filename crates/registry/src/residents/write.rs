//! What an import writes: what a file says that is new, staged and then applied a portion at a time.

use diesel::prelude::*;
use store::{StoreError, Tx};

use super::column::{Column, PLAIN_NAMES};
use super::compare::{Prepared, Sealed};
use super::table::{resident, resident_staged};
use crate::standing::keep_former_periods;
use crate::unnamed::is_unnamed;

/// Where a character that nobody has named is looked for.
const UNNAMED: [Column; 4] = [Column::Name, Column::Kana, Column::Address, Column::Building];

/// The columns of a load.
pub(super) type Columns = <resident::table as Table>::AllColumns;

/// The cells of a row, in the order of [`Columns`].
pub(super) fn fill<'r, 's>(cells: &'r mut store::Row<'s>, prepared: &Prepared, sealed: &Sealed, import: i64) -> &'r mut store::Row<'s> {
    let row = &prepared.row;
    let is_unnamed = UNNAMED.iter().any(|column| row.text(*column).contains(is_unnamed));
    cells.int(prepared.id).int(prepared.version).text(row.resident.as_str());
    for column in Column::PLAIN {
        if column.is_text() {
            cells.text(row.text(column));
        } else {
            cells.int(row.value(column));
        }
    }
    cells
        .text(&sealed.kana_key)
        .int(i16::from(is_unnamed))
        .bytes(&sealed.contact)
        .maybe_bytes(sealed.number())
        .maybe_bytes(sealed.index.as_ref().map(|index| index.as_slice()))
        .bytes(&prepared.digest)
        .int(import)
}

/// Keeps rows aside; nobody stands twice among those of an import.
pub(super) fn stage(tx: &mut Tx, rows: &[(Prepared, Sealed)], import: i64, first: i64) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    store::load(tx, resident_staged::all_columns, |load| {
        (first..).zip(rows).try_for_each(|(place, (prepared, sealed))| load.push(|cells| fill(cells.int(place), prepared, sealed, import)))
    })?;
    Ok(())
}

/// What the history keeps beside the columns of the file. What is sealed keeps its binding to the table `resident`.
const HISTORY: &str = "contact, sealed_number, digest, import";
/// What a staged row has beside it.
const STAGED: &str = "kana_key, unnamed, contact, sealed_number, number_index, digest, import";

/// Applies the first staged rows of an import, `most` at most → the numbers of the people. What was known of them goes into the history,
/// where a version stays as it stands: who put a former row back cannot keep a file from going in.
pub(super) fn apply(tx: &mut Tx, import: i64, most: i64) -> Result<Vec<String>, StoreError> {
    let next = resident_staged::table.filter(resident_staged::import.eq(import)).order(resident_staged::place).limit(most);
    let rows: Vec<(i64, String)> = next.select((resident_staged::place, resident_staged::number)).load(tx)?;
    let (Some((first, _)), Some((last, _))) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let portion = format!("import = {import} AND place BETWEEN {first} AND {last}");
    let changed = format!("SELECT id FROM resident_staged WHERE {portion} AND version > 1");
    let mut run = |statement: String| diesel::sql_query(statement).execute(tx);
    run(format!(
        "INSERT INTO resident_history (id, version, replaced_by, {PLAIN_NAMES}{HISTORY}) \
         SELECT id, version, {import}, {PLAIN_NAMES}{HISTORY} FROM resident WHERE id IN ({changed}) \
         ON CONFLICT (id, version) DO NOTHING"
    ))?;
    run(format!("DELETE FROM resident WHERE id IN ({changed})"))?;
    let all = format!("id, version, number, {PLAIN_NAMES}{STAGED}");
    run(format!("INSERT INTO resident ({all}) SELECT {all} FROM resident_staged WHERE {portion} ORDER BY place"))?;
    keep_former_periods(tx, &changed)?;
    diesel::sql_query(format!("DELETE FROM resident_staged WHERE {portion}")).execute(tx)?;
    Ok(rows.into_iter().map(|(_, number)| number).collect())
}

/// Drops the first staged rows of an import, `most` at most → how many.
pub(super) fn drop_staged(tx: &mut Tx, import: i64, most: i64) -> Result<usize, StoreError> {
    let next = resident_staged::table.filter(resident_staged::import.eq(import)).order(resident_staged::place).limit(most);
    let last: Vec<i64> = next.select(resident_staged::place).load(tx)?;
    let Some(last) = last.last() else { return Ok(0) };
    let those = resident_staged::table.filter(resident_staged::import.eq(import).and(resident_staged::place.le(last)));
    Ok(diesel::delete(those).execute(tx)?)
}
