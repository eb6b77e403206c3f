//! A workbook (XLSX, ECMA-376) as rows of text: the one worksheet that is shown and holds something.

use std::io::{self, Cursor, Read as _};
use std::panic;

use calamine::{DataRef, DataType as _, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::Row;

/// How a workbook begins: it is a ZIP archive.
const ZIP: &[u8] = b"PK\x03\x04";
/// How what Excel wrote before 2007 begins, and a workbook under a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Bytes of a workbook as it comes. One row of each of a million people is some 60 MB.
const LONGEST: u64 = 128 << 20;
/// Bytes to read of a file that may be a workbook.
pub(crate) const MOST: u64 = LONGEST + 1;
/// Bytes of it when it is no longer packed, and of the text of its cells: what is packed a thousandfold is no table of people.
const UNPACKED: u64 = 512 << 20;

/// Why a workbook is refused whole: in Japanese, and after ` / ` in English.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// It is under a password, or of the kind that was written before 2007.
    #[error(
        "パスワード付きのブックと旧形式のブック (.xls) は読み取れません。パスワードなしの .xlsx か CSV で保存し直してください \
         / a workbook under a password or of the old kind (.xls) cannot be read: save it as .xlsx without a password, or as CSV"
    )]
    Kind,
    /// More than one worksheet that is shown holds something.
    #[error(
        "データのあるシートが2つ以上あります。取り込むシートだけを残して保存し直してください \
         / more than one worksheet holds something: save the workbook with the one that is to be read"
    )]
    Worksheets,
    /// It is longer than what is read.
    #[error("ブックが大きすぎます。CSV で保存し直してください / the workbook is too large: save it as CSV")]
    Long,
    /// It is no workbook, or one that something is wrong with.
    #[error("ブックを読み取れません。表計算ソフトで開いて保存し直してください / the workbook cannot be read: {0}")]
    Damaged(String),
}

impl From<XlsxError> for BookError {
    fn from(error: XlsxError) -> BookError {
        BookError::Damaged(error.to_string())
    }
}

/// Worksheets that are looked through: each is unpacked anew, and many may stand on the same bytes.
const WORKSHEETS: usize = 16;
/// Columns that a table may have.
const WIDEST: usize = 1024;

/// The cells that hold something, row by row.
#[derive(Default)]
pub(crate) struct Book {
    cells: Vec<Cell>,
    text: String,
    /// The next cell, and where its text begins.
    at: usize,
    start: usize,
}

struct Cell {
    /// From 1, as the spreadsheet counts them.
    row: u32,
    /// From 0.
    column: u32,
    /// Where its text ends.
    end: usize,
}

/// Whether a file that begins so is a workbook.
pub(crate) fn is_book(head: &[u8]) -> Result<bool, BookError> {
    if head.starts_with(COMPOUND) { Err(BookError::Kind) } else { Ok(head.starts_with(ZIP)) }
}

impl Book {
    /// Reads the whole workbook from its bytes, of which [`MOST`] are enough to say that it is too long.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Book, BookError> {
        if bytes.len() as u64 > LONGEST || !unpacks_within(UNPACKED, &bytes)? {
            return Err(BookError::Long);
        }
        // A reader's own mistake with what somebody made up must not be more than a file that is refused.
        panic::catch_unwind(|| Book::parse(bytes)).unwrap_or_else(|_| Err(BookError::Damaged("its reader gave up".to_owned())))
    }

    fn parse(bytes: Vec<u8>) -> Result<Book, BookError> {
        let mut xlsx = Xlsx::new(Cursor::new(bytes))?;
        let shown = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
        let names: Vec<String> = xlsx.sheets_metadata().iter().filter(shown).map(|sheet| sheet.name.clone()).collect();
        if names.len() > WORKSHEETS {
            return Err(BookError::Worksheets);
        }
        let mut found: Option<Book> = None;
        for name in names {
            let book = Book::read(&mut xlsx, &name)?;
            if !book.cells.is_empty() && found.replace(book).is_some() {
                return Err(BookError::Worksheets);
            }
        }
        Ok(found.unwrap_or_default())
    }

    fn read(xlsx: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Book, BookError> {
        let mut book = Book::default();
        let mut reader = xlsx.worksheet_cells_reader(name)?;
        while let Some(cell) = reader.next_cell()? {
            if cell.get_value().is_empty() {
                continue;
            }
            let start = book.text.len();
            append(cell.get_value(), &mut book.text);
            if book.text.len() as u64 > UNPACKED {
                return Err(BookError::Long);
            }
            if book.text.len() > start {
                let (row, column) = cell.get_position();
                book.cells.push(Cell { row: row + 1, column, end: book.text.len() });
            }
        }
        // Cells stand in order in what spreadsheets write; in what something else wrote they may not.
        if book.cells.is_sorted_by_key(|cell| (cell.row, cell.column)) {
            Ok(book)
        } else {
            Err(BookError::Damaged("its cells do not stand in order".to_owned()))
        }
    }

    /// The headings: the first row that holds something.
    pub(crate) fn headings(&mut self) -> Result<Option<Row>, BookError> {
        let mut row = Row::default();
        match self.next(&mut row, WIDEST) {
            Some(width) if width > WIDEST => Err(BookError::Long),
            Some(width) => Ok(Some(row.iter().take(width).collect())),
            None => Ok(None),
        }
    }

    /// The next row that holds something, of `columns` cells → how many it has in the workbook, empty ones at its end not counted; `None` at the
    /// end.
    pub(crate) fn next(&mut self, row: &mut Row, columns: usize) -> Option<usize> {
        row.clear();
        let number = self.cells.get(self.at)?.row;
        row.line = u64::from(number);
        let mut width = 0;
        while let Some(cell) = self.cells.get(self.at).filter(|cell| cell.row == number) {
            let column = cell.column as usize;
            if column < columns {
                (row.len()..column).for_each(|_| row.push(""));
                row.push(self.text.get(self.start..cell.end).unwrap_or_default());
            }
            width = column + 1;
            (self.at, self.start) = (self.at + 1, cell.end);
        }
        (row.len()..columns).for_each(|_| row.push(""));
        Some(width)
    }
}

/// Whether an archive's files come to `most` bytes when they are unpacked: what its list says of their lengths is not believed.
fn unpacks_within(most: u64, bytes: &[u8]) -> Result<bool, BookError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(XlsxError::from)?;
    let mut left = most;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(XlsxError::from)?;
        let holds_texts = file.name().map_or(true, |name| name.to_ascii_lowercase().ends_with("sharedstrings.xml"));
        let mut file = file.take(left + 1);
        let length = if holds_texts {
            let mut texts = Vec::new();
            file.read_to_end(&mut texts).map_err(XlsxError::from)?;
            check_count(&texts)?;
            texts.len() as u64
        } else {
            io::copy(&mut file, &mut io::sink()).map_err(XlsxError::from)?
        };
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// Refuses a list of texts that says that it holds more of them than its bytes can: its reader makes room for so many at once. `<si/>` is the
/// shortest of them. What is in an encoding with zero bytes could hide it.
fn check_count(texts: &[u8]) -> Result<(), BookError> {
    const COUNT: &[u8] = b"uniqueCount";
    let places = memchr::memmem::find_iter(texts, COUNT).filter_map(|at| texts.get(at + COUNT.len()..));
    let is_more = places.into_iter().any(|after| {
        let digits = after.iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
        let count = digits.fold(0_usize, |count, digit| count.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
        count > texts.len() / 5
    });
    if is_more || texts.contains(&0) { Err(BookError::Damaged("it counts more texts than it holds".to_owned())) } else { Ok(()) }
}

/// What a cell says, as it would be written in a CSV file: a date as 2026-11-22, a whole number without a point, TRUE and FALSE; what the
/// spreadsheet could not compute is a character that cannot be read, so that its row is refused.
fn append(value: &DataRef<'_>, text: &mut String) {
    use std::fmt::Write as _;
    let _ = match value {
        DataRef::Int(number) => write!(text, "{number}"),
        DataRef::Float(number) => write!(text, "{number}"),
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => text.write_str(value),
        DataRef::SharedString(value) => text.write_str(value),
        DataRef::Bool(value) => text.write_str(if *value { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(moment) => append_moment(moment, text),
        DataRef::Error(_) => text.write_char('\u{fffd}'),
        DataRef::Empty => Ok(()),
    };
}

fn append_moment(moment: &ExcelDateTime, text: &mut String) -> std::fmt::Result {
    use std::fmt::Write as _;
    if moment.is_duration() {
        return write!(text, "{}", moment.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let is_time = moment.as_f64() < 1.0;
    if !is_time {
        write!(text, "{year:04}-{month:02}-{day:02}")?;
    }
    match (is_time, hour, minute, second) {
        (false, 0, 0, 0) => Ok(()),
        (false, ..) => write!(text, " {hour:02}:{minute:02}:{second:02}"),
        (true, ..) => write!(text, "{hour:02}:{minute:02}:{second:02}"),
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

    use super::*;
    use crate::{Column, Encoding, Sheet, SheetError};

    fn book(worksheets: Vec<Worksheet>) -> Vec<u8> {
        let mut workbook = Workbook::new();
        for worksheet in worksheets {
            workbook.push_worksheet(worksheet);
        }
        workbook.save_to_buffer().unwrap()
    }

    fn worksheet(rows: &[&[&str]]) -> Worksheet {
        let mut worksheet = Worksheet::new();
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
                worksheet.write_string(row, column, *cell).unwrap();
            }
        }
        worksheet
    }

    /// The rows as line and cells, refused ones as line and why.
    fn rows(bytes: &[u8]) -> Result<Vec<(u64, String)>, SheetError> {
        let (mut sheet, mut rows) = (Sheet::open(bytes, Encoding::Auto)?, Vec::new());
        while let Some(row) = sheet.next_row()? {
            rows.push(row.map_or_else(|why| (why.line, why.english), |row| (row.line(), row.iter().collect::<Vec<_>>().join("|"))));
        }
        Ok(rows)
    }

    #[test]
    fn r_reg_1_a_workbook_is_read_like_the_csv_of_it() {
        let bytes = book(vec![worksheet(&[&["住民番号", " 氏名 ", "住所"], &["0012", "髙橋\n一", ""], &[], &["13", "", "一丁目,\"一\""]])]);
        assert_eq!(rows(&bytes).unwrap(), [(2, "0012|髙橋\n一|".to_owned()), (4, "13||一丁目,\"一\"".to_owned())]);
        let sheet = Sheet::open(&bytes[..], Encoding::Cp932).unwrap();
        let places = sheet.places(&[Column { heading: "氏名", required: true }, Column { heading: "住所", required: true }]);
        assert_eq!(places, Ok([Some(1), Some(2)]));
    }

    #[test]
    fn numbers_dates_and_formulas_say_what_the_spreadsheet_shows() {
        let mut worksheet = worksheet(&[&["a", "b", "c", "d", "e", "f"]]);
        worksheet.write_number(1, 0, 131_016.0).unwrap().write_number(1, 1, 36.5).unwrap().write_boolean(1, 2, true).unwrap();
        let day = ExcelDateTime::from_ymd(2026, 11, 22).unwrap();
        worksheet.write_datetime_with_format(1, 3, &day, &Format::new().set_num_format("yyyy/m/d")).unwrap();
        let moment = day.and_hms(9, 5, 0).unwrap();
        worksheet.write_datetime_with_format(1, 4, &moment, &Format::new().set_num_format("yyyy/m/d h:mm")).unwrap();
        worksheet.write_formula(1, 5, Formula::new("=1+1").set_result("2")).unwrap();
        assert_eq!(rows(&book(vec![worksheet])).unwrap(), [(2, "131016|36.5|TRUE|2026-11-22|2026-11-22 09:05:00|2".to_owned())]);
    }

    #[test]
    fn what_is_wrong_with_a_row_of_a_workbook_costs_that_row() {
        let mut wrong = worksheet(&[&["a", "b"], &["1", "2", "3"], &["4", ""], &["5", "6"], &["7", "8"]]);
        wrong.write_formula(2, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        let wrong = rows(&book(vec![wrong])).unwrap();
        assert_eq!(wrong[0], (2, "the row has 3 columns; the heading row has 2".to_owned()));
        assert!(wrong[1].0 == 3 && wrong[1].1.starts_with("holds a character that cannot be read"), "{wrong:?}");
        assert_eq!(wrong[2..], [(4, "5|6".to_owned()), (5, "7|8".to_owned())]);
    }

    #[test]
    fn one_worksheet_is_read_and_never_one_of_two() {
        let of = |name: &str, rows: &[&[&str]]| {
            let mut worksheet = worksheet(rows);
            worksheet.set_name(name).unwrap().set_hidden(name == "隠");
            worksheet
        };
        let notes: &[&[&str]] = &[&["x"], &["y"]];
        let residents: &[&[&str]] = &[&["a"], &["1"]];
        assert_eq!(rows(&book(vec![of("空", &[]), of("住民", residents), of("隠", notes)])).unwrap(), [(2, "1".to_owned())]);
        let two = rows(&book(vec![of("住民", residents), of("注", notes)]));
        assert!(matches!(two, Err(SheetError::Book(BookError::Worksheets))), "{two:?}");
        assert!(matches!(rows(&book(vec![of("空", &[])])), Err(SheetError::Empty)));
    }

    #[test]
    fn t_28_what_unpacks_to_more_than_the_bound_is_refused_before_it_is_read() {
        let bytes = book(vec![worksheet(&[&["a"], &["1"]])]);
        let length: u64 = {
            let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
            (0..archive.len()).map(|at| io::copy(&mut archive.by_index(at).unwrap(), &mut io::sink()).unwrap()).sum()
        };
        assert!(unpacks_within(length, &bytes).unwrap());
        assert!(!unpacks_within(length - 1, &bytes).unwrap());
    }

    /// The same archive with one of its files replaced.
    fn with(bytes: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            let of = file.name().unwrap().into_owned();
            writer.start_file(of.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
            let text = if of == name { change(&text) } else { text };
            io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn t_28_a_workbook_that_counts_more_than_it_holds_is_refused_and_ends_no_process() {
        let bytes = book(vec![worksheet(&[&["a"], &["1"]])]);
        for count in ["1000000000000000", "99999999999999999999999"] {
            let more = |text: &str| text.replace("uniqueCount=\"2\"", &format!("uniqueCount = '{count}'"));
            let made = with(&bytes, "xl/sharedStrings.xml", more);
            assert_ne!(made, with(&bytes, "xl/sharedStrings.xml", str::to_owned), "something was replaced");
            assert!(matches!(rows(&made), Err(SheetError::Book(BookError::Damaged(_)))), "{count}");
        }
        let far = with(&bytes, "xl/worksheets/sheet1.xml", |text| text.replace("r=\"A1\"", "r=\"AAAAAAAAA1\""));
        assert!(matches!(rows(&far), Err(SheetError::Book(BookError::Damaged(_)))));
        assert_eq!(rows(&with(&bytes, "", str::to_owned)).unwrap(), [(2, "1".to_owned())]);
    }

    #[test]
    fn t_28_a_workbook_of_very_many_worksheets_is_not_looked_through() {
        let many: Vec<Worksheet> = (0..=WORKSHEETS).map(|_| Worksheet::new()).collect();
        assert!(matches!(rows(&book(many)), Err(SheetError::Book(BookError::Worksheets))));
    }

    #[test]
    fn what_is_no_workbook_says_what_to_do() {
        let bytes = book(vec![worksheet(&[&["a"], &["1"]])]);
        for cut in [4, 100, bytes.len() / 2, bytes.len() - 1] {
            assert!(matches!(rows(&bytes[..cut]), Err(SheetError::Book(BookError::Damaged(_)))), "{cut}");
        }
        let old = [COMPOUND, &[0; 600]].concat();
        assert!(rows(&old).unwrap_err().to_string().contains(".xlsx か CSV で保存し直してください"));
    }
}
