//! A file of the resident register, row by row.

use std::io::Read;

pub use sheets::SheetError as FileError;
use sheets::{Options, Sheet};

use super::column::{Column, Headings};
use super::row::ResidentRow;
use crate::files::Rejected;

/// A file whose heading row fits.
pub(crate) struct File<R> {
    sheet: Sheet<R>,
    headings: Headings,
}

impl<R: Read> File<R> {
    /// Reads the heading row. A character of the city's own that nobody has named yet costs no row: the person is kept, and written to once it
    /// is named.
    pub(crate) fn open(input: R, options: impl Into<Options>) -> Result<File<R>, FileError> {
        let sheet = Sheet::open(input, Options { keeps_unknown: true, ..options.into() })?;
        let headings = Headings::find(&sheet)?;
        Ok(File { sheet, headings })
    }

    /// Headings we do not know: reported once, ignored.
    pub(crate) fn unknown(&self) -> &[String] {
        &self.headings.unknown
    }

    /// Columns that it does not have.
    pub(crate) fn absent(&self) -> Vec<Column> {
        self.headings.absent()
    }

    /// The next row, checked or refused; `None` at the end.
    pub(crate) fn next_row(&mut self) -> Result<Option<Result<ResidentRow, Rejected>>, FileError> {
        let Some(row) = self.sheet.next_row()? else { return Ok(None) };
        Ok(Some(row.and_then(|row| ResidentRow::read(row.line(), row, &self.headings).map_err(|fault| fault.at(row.line())))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::encoding::Encoding;

    const HEADING: &str = "住民番号,世帯番号,氏名,氏名カナ,性別,生年月日,住所,住民区分,余り\r\n";

    fn all(text: &[u8]) -> (Vec<String>, Vec<(u64, String)>) {
        let mut file = File::open(text, Encoding::Auto).unwrap();
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        while let Some(row) = file.next_row().unwrap() {
            match row {
                Ok(row) => good.push(row.resident.to_string()),
                Err(rejected) => bad.push((rejected.line, rejected.column.into_owned())),
            }
        }
        (good, bad)
    }

    #[test]
    fn r_reg_1_bad_rows_are_refused_with_their_line_and_the_rest_goes_in() {
        let text = format!(
            "{HEADING}1,1,見本 一,ミホン,1,19870401,\"中央\r\n一丁目\",1,\r\n2,1,見本 二,ミホン,8,19870401,中央,1,\r\n\r\n3,1,見本 三,ミホン,1,19870401,中央,1,\r\n"
        );
        assert_eq!(all(text.as_bytes()), (vec!["1".to_owned(), "3".to_owned()], vec![(4, "性別".to_owned())]));
    }

    #[test]
    fn r_reg_1_a_row_with_fewer_or_more_cells_than_the_heading_is_refused() {
        let whole = "1,1,見本,ミホン,1,19870401,中央,1,";
        let text = format!("{HEADING}{whole}\r\n2,1,見本,ミホン,1,19870401,中央,1\r\n3,1,見本,ミホン,1,19870401,中央,1,,\r\n");
        assert_eq!(all(text.as_bytes()), (vec!["1".to_owned()], vec![(3, String::new()), (4, String::new())]));
    }

    #[test]
    fn a_row_that_is_no_utf8_is_refused_alone() {
        let mut text = format!("{}\n1,1,見本,ミホン,1,19870401,中央,1,\n", HEADING.trim_end()).into_bytes();
        text.extend_from_slice(b"2,1,\xff\xfe,a,1,19870401,b,1,\n3,1,c,d,1,19870401,e,1,\n");
        let mut file = File::open(&*text, Encoding::Utf8).unwrap();
        let mut seen = Vec::new();
        while let Some(row) = file.next_row().unwrap() {
            seen.push(row.map(|row| row.resident.to_string()).map_err(|rejected| rejected.line));
        }
        assert_eq!(seen, [Ok("1".to_owned()), Err(3), Ok("3".to_owned())]);
    }

    #[test]
    fn a_file_without_a_heading_is_refused_whole() {
        assert!(matches!(File::open(&b""[..], Encoding::Auto).map(|_| ()), Err(FileError::Empty)));
        assert!(matches!(File::open(&b"a,b\n1,2\n"[..], Encoding::Auto).map(|_| ()), Err(FileError::Heading(_))));
    }
}
