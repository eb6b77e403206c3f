//! The writer of workbooks, for people who open what they get with a spreadsheet.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// Why a table cannot be a workbook: more rows, columns or characters of a cell than a spreadsheet has.
#[derive(Debug, thiserror::Error)]
#[error("the table is no workbook: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// A table as a workbook (XLSX) of one worksheet, its headings in sight. Every cell is text as it is: a zero in front stays, and nothing is
/// computed.
pub fn write_workbook<C: AsRef<str>, R: IntoIterator<Item = C>>(
    headings: impl IntoIterator<Item = C>,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet();
    worksheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, heading) in (0..).zip(headings) {
        worksheet.write_string_with_format(0, column, heading.as_ref(), &bold)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            worksheet.write_string(row, column, cell.as_ref())?;
        }
    }
    worksheet.autofit();
    Ok(workbook.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Encoding, Sheet};

    #[test]
    fn cells_stay_as_they_are() {
        let row = ["0012", "=1+1", "+81", "2026-11-22", "", "a\nb"];
        let bytes = write_workbook(["番号", "b", "c", "d", "e", "f"], [row]).unwrap();
        let mut sheet = Sheet::open(&bytes[..], Encoding::Auto).unwrap();
        assert_eq!(sheet.headings().first().map(String::as_str), Some("番号"));
        let read = sheet.next_row().unwrap().unwrap().unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), row);
    }

    #[test]
    fn what_is_longer_than_a_spreadsheets_cell_is_an_error() {
        assert!(write_workbook(["a"], [["x".repeat(32_768)]].map(|row| row.map(|cell| Box::leak(cell.into_boxed_str()) as &str))).is_err());
    }
}
