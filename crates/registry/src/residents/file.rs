//! A file of the resident register, row by row.

use std::io::Read;

use super::column::{Column, HeadingError, Headings};
use super::row::{Fault, Row};
use crate::files::Rejected;
use crate::files::encoding::{self, Encoding, Text};

/// A file whose heading row fits.
pub(crate) struct File<R> {
    reader: csv::Reader<Text<R>>,
    headings: Headings,
    /// Read into again and again.
    record: csv::StringRecord,
}

/// Why a file is refused whole.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The heading row does not fit.
    #[error(transparent)]
    Heading(#[from] HeadingError),
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// It has no heading row.
    #[error("the file has no readable heading row")]
    Empty,
}

impl<R: Read> File<R> {
    /// Reads the heading row.
    pub(crate) fn open(input: R, encoding: Encoding) -> Result<File<R>, FileError> {
        let text = encoding::utf8(input, encoding)?;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 18).from_reader(text);
        let mut record = csv::StringRecord::new();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) | Err(_) => return Err(FileError::Empty),
        }
        let headings = Headings::read(record.iter())?;
        Ok(File { reader, headings, record })
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
    pub(crate) fn next_row(&mut self) -> Result<Option<Result<Row, Rejected>>, FileError> {
        loop {
            match self.reader.read_record(&mut self.record) {
                Ok(false) => return Ok(None),
                Ok(true) if self.record.len() == 1 && self.record.get(0).is_some_and(str::is_empty) => {}
                Ok(true) => {
                    let line = self.reader.get_ref().line(self.record.position());
                    let row = self.is_whole().and_then(|()| Row::read(line, &self.record, &self.headings));
                    return Ok(Some(row.map_err(|fault| fault.at(line))));
                }
                Err(error) => return refused(error, self.reader.get_ref()).map(|rejected| Some(Err(rejected))),
            }
        }
    }
}

impl<R> File<R> {
    /// A row that lost a cell, or has one too many, says nothing certain of any column.
    fn is_whole(&self) -> Result<(), Fault> {
        let (cells, columns) = (self.record.len(), self.headings.count);
        if cells == columns {
            return Ok(());
        }
        Err(Fault { column: "", reason: format!("the row has {cells} columns; the heading row has {columns}") })
    }
}

/// A record that is no UTF-8 is refused alone; a file that cannot be read is refused whole.
fn refused<R>(error: csv::Error, text: &Text<R>) -> Result<Rejected, FileError> {
    let line = text.line(error.position());
    match error.into_kind() {
        csv::ErrorKind::Utf8 { .. } => {
            let reason = "holds bytes that are no UTF-8: is the encoding right?".to_owned();
            Ok(Fault { column: "", reason }.at(line))
        }
        csv::ErrorKind::Io(error) => Err(FileError::Read(error)),
        _ => Err(FileError::Empty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
