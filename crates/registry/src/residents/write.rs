//! What an import writes: new people by bulk load; changed people by moving what was known into the history.

use diesel::prelude::*;
use store::{Encoded, StoreError, Tx};

use super::column::Column;
use super::compare::{Prepared, Sealed};
use super::table::resident;
use crate::standing::keep_former_periods;

/// Rows that are changed by one statement.
pub(super) const ROWS: usize = 500;

/// The columns of a load.
pub(super) type Columns = <resident::table as Table>::AllColumns;

/// The cells of a row, in the order of [`Columns`].
pub(super) fn fill<'r, 's>(cells: &'r mut store::Row<'s>, prepared: &Prepared, sealed: &Sealed, import: i64) -> &'r mut store::Row<'s> {
    let row = &prepared.row;
    cells
        .int(prepared.id)
        .int(prepared.version)
        .text(row.resident.as_str())
        .text(row.household.as_str())
        .text(row.text(Column::Name))
        .text(row.text(Column::Kana))
        .text(&sealed.kana_key)
        .int(row.sex)
        .int(row.birth)
        .text(row.text(Column::PostalCode))
        .text(row.text(Column::Address))
        .text(row.text(Column::Building))
        .text(row.text(Column::District))
        .text(row.text(Column::Branch))
        .text(row.text(Column::Phone))
        .int(row.class)
        .text(row.text(Column::Event))
        .int(row.event_date)
        .int(row.from)
        .int(row.until)
        .int(row.removal)
        .int(row.protected)
        .int(row.tax)
        .int(row.household_tax)
        .int(row.welfare)
        .int(row.disaster)
        .maybe_bytes(sealed.number())
        .maybe_bytes(sealed.index.as_ref().map(|index| index.as_slice()))
        .bytes(&prepared.digest)
        .int(import)
}

/// Rows of people who are not in the table.
pub(super) fn added(tx: &mut Tx, rows: &Encoded<Columns>) -> Result<(), StoreError> {
    if !rows.is_empty() {
        store::load(tx, resident::all_columns, |load| load.append(rows))?;
    }
    Ok(())
}

/// People of whom something changed; nobody stands twice among them.
pub(super) fn changed(tx: &mut Tx, rows: &[(Prepared, Sealed)], import: i64) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS) {
        let ids: Vec<String> = rows.iter().map(|(row, _)| row.id.to_string()).collect();
        let ids = ids.join(",");
        move_to_history(tx, &ids, import)?;
        store::load(tx, resident::all_columns, |load| {
            rows.iter().try_for_each(|(prepared, sealed)| load.push(|cells| fill(cells, prepared, sealed, import)))
        })?;
        keep_former_periods(tx, &ids)?;
    }
    Ok(())
}

/// Columns that the history keeps as they were. The sealed number keeps its binding to the table `resident`.
const KEPT: &str = "household, name, kana, sex, birth, postal_code, address, building, district, branch, phone, class, event, event_date, \
                    since, until, removal, protected, tax, household_tax, welfare, disaster, sealed_number, digest, import";

/// Copies what is known of them into the history and takes it out of the table.
fn move_to_history(tx: &mut Tx, ids: &str, import: i64) -> Result<(), StoreError> {
    let copy = format!(
        "INSERT INTO resident_history (id, version, replaced_by, {KEPT}) SELECT id, version, {import}, {KEPT} FROM resident WHERE id IN ({ids})"
    );
    diesel::sql_query(copy).execute(tx)?;
    diesel::sql_query(format!("DELETE FROM resident WHERE id IN ({ids})")).execute(tx)?;
    Ok(())
}
