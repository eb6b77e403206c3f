//! One row of a file of the resident register, checked.

use std::fmt::Display;

use number::IndividualNumber;
use vocabulary::{Date, HouseholdNumber, Purpose, ResidentNumber, day, era, text};

use super::column::{Column, ColumnKind, Headings, KeptValue};
use crate::files::Rejected;

/// Stands after every column of the canonical row.
const END: u8 = 0x1f;

const TEXTS: usize = count(true);
const VALUES: usize = count(false);

/// How many columns are texts, or days and codes.
#[expect(clippy::indexing_slicing, reason = "made by the compiler: a wrong place does not compile")]
const fn count(texts: bool) -> usize {
    let (mut at, mut count) = (0, 0);
    while at < Column::KEPT.len() {
        count += (Column::KEPT[at].is_text() == texts) as usize;
        at += 1;
    }
    count
}

/// Where a column stands among the texts, or among the days and codes.
#[expect(clippy::indexing_slicing, reason = "made by the compiler: a wrong place does not compile")]
const PLACES: [usize; Column::ALL.len()] = {
    let mut places = [0; Column::ALL.len()];
    let (mut at, mut texts, mut values) = (0, 0, 0);
    while at < Column::KEPT.len() {
        let next = if Column::KEPT[at].is_text() { &mut texts } else { &mut values };
        places[Column::KEPT[at] as usize] = *next;
        *next += 1;
        at += 1;
    }
    places
};

/// Where a day or a code stands among them.
fn value_place(column: Column) -> Option<usize> {
    matches!(column.kind(), ColumnKind::Day | ColumnKind::Code(..)).then(|| PLACES.get(column as usize).copied()).flatten()
}

/// A checked row. Texts are as the file has them: the register is the authority for how a name is written. They lie in one piece, because a
/// city has a million rows that go from thread to thread; the individual number is not among them.
pub(crate) struct ResidentRow {
    /// Where it stands in the file.
    pub(crate) line: u64,
    pub(crate) resident: ResidentNumber,
    pub(crate) number: Option<IndividualNumber>,
    text: Box<str>,
    /// Where each text ends.
    ends: [u32; TEXTS],
    /// Days as yyyymmdd, 0 where empty, and codes.
    values: [i32; VALUES],
}

/// Why a row is refused: which column, and what to do. Holds no value of the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The heading of the column; empty for the whole row.
    pub(crate) column: &'static str,
    /// What is wrong, for the person who mends the file.
    pub(crate) reason: String,
    /// The same in English.
    pub(crate) english: String,
}

impl Fault {
    /// The refused row of this line.
    pub(crate) fn at(self, line: u64) -> Rejected {
        Rejected { line, column: self.column.into(), reason: self.reason, english: self.english }
    }
}

impl ResidentRow {
    /// Checks one record; the first fault refuses the row.
    pub(crate) fn read(line: u64, record: &sheets::Row, headings: &Headings) -> Result<ResidentRow, Fault> {
        let cell = |column: Column| headings.place(column).and_then(|at| record.get(at)).unwrap_or_default();
        let number_of = |column: Column, error: &dyn Display| fault(column, NUMBER, error);
        let resident = ResidentNumber::parse(cell(Column::ResidentNumber)).map_err(|error| number_of(Column::ResidentNumber, &error))?;
        let household = HouseholdNumber::parse(cell(Column::Household)).map_err(|error| number_of(Column::Household, &error))?;
        let number = match cell(Column::IndividualNumber).trim() {
            "" => None,
            digits => Some(IndividualNumber::parse(digits).map_err(|error| fault(Column::IndividualNumber, INDIVIDUAL, error))?),
        };
        let (text, ends) = texts(&|column| if column == Column::Household { household.as_str() } else { cell(column) })?;
        let mut row = ResidentRow { line, resident, number, text, ends, values: [0; VALUES] };
        for column in Column::KEPT {
            match column.kind() {
                ColumnKind::Key => {}
                ColumnKind::Text(longest) => length(cell(column), column, longest)?,
                ColumnKind::Day => row.set(column, read_day(cell(column), column)?),
                ColumnKind::Code(allowed, empty) => row.set(column, read_code(cell(column), column, allowed, empty)?.into()),
            }
        }
        row.agrees()?;
        Ok(row)
    }

    /// A text as the file has it; empty when the file has no such column.
    pub(crate) fn text(&self, column: Column) -> &str {
        let at = |place: usize| self.ends.get(place).map_or(0, |end| *end as usize);
        match (column.kind(), PLACES.get(column as usize)) {
            (ColumnKind::Text(_), Some(0)) => self.text.get(..at(0)).unwrap_or_default(),
            (ColumnKind::Text(_), Some(place)) => self.text.get(at(place - 1)..at(*place)).unwrap_or_default(),
            _ => "",
        }
    }

    /// A day as yyyymmdd, 0 where empty; or a code. Of other columns 0.
    pub(crate) fn value(&self, column: Column) -> i32 {
        value_place(column).and_then(|place| self.values.get(place)).copied().unwrap_or(0)
    }

    fn set(&mut self, column: Column, value: i32) {
        if let Some(kept) = value_place(column).and_then(|place| self.values.get_mut(place)) {
            *kept = value;
        }
    }

    /// The row as one string of bytes, the same for every way to write the same: what a keyed digest is taken of.
    pub(crate) fn canonical(&self, out: &mut Vec<u8>) {
        out.clear();
        for column in Column::ALL {
            match (column.kind(), &self.number) {
                (ColumnKind::Text(_), _) => out.extend_from_slice(self.text(column).as_bytes()),
                (ColumnKind::Day | ColumnKind::Code(..), _) => out.extend_from_slice(&self.value(column).to_le_bytes()),
                (ColumnKind::Key, _) if column == Column::ResidentNumber => out.extend_from_slice(self.resident.as_str().as_bytes()),
                (ColumnKind::Key, Some(number)) => out.extend_from_slice(number.open(Purpose::ResidentImport).as_bytes()),
                (ColumnKind::Key, None) => {}
            }
            out.push(END);
        }
    }

    /// Puts what is known of the person into the columns that a file lacks.
    pub(crate) fn complete(&mut self, known: &[(Column, KeptValue)]) {
        for (column, cell) in known {
            if let KeptValue::Value(value) = cell {
                self.set(*column, *value);
            }
        }
        let text_of = |column: Column| {
            known.iter().find_map(|(one, cell)| match cell {
                KeptValue::Text(text) if *one == column => Some(text.as_ref()),
                _ => None,
            })
        };
        // as long as the texts of the table, which fit
        if known.iter().any(|(column, _)| column.is_text())
            && let Ok((text, ends)) = texts(&|column| text_of(column).unwrap_or_else(|| self.text(column)))
        {
            (self.text, self.ends) = (text, ends);
        }
    }

    /// What no single column shows. A death or a move whose day nobody knows is one all the same.
    pub(crate) fn agrees(&self) -> Result<(), Fault> {
        let (birth, from, until) = (self.value(Column::Birth), self.value(Column::From), self.value(Column::Until));
        if from != 0 && until != 0 && until < from {
            return Err(fault(Column::Until, "住民となった日より前です。日付を確かめてください", "lies before 住民となった日"));
        }
        if until != 0 && until < birth {
            return Err(fault(Column::Until, "生年月日より前です。日付を確かめてください", "lies before the day of birth"));
        }
        Ok(())
    }
}

const EMPTY: &str = "空欄です。必ず入力してください";
const NUMBER: &str = "番号として読めません。15文字以内の半角文字にしてください";
const INDIVIDUAL: &str = "個人番号ではありません。12桁の数字と検査用数字を確かめてください";
const DATE: &str = "日付として読めません。例: 2026-04-01、R8.4.1、令和8年4月1日";

fn fault(column: Column, reason: impl Into<String>, english: impl Display) -> Fault {
    Fault { column: column.heading(), reason: reason.into(), english: english.to_string() }
}

/// The texts in one piece, and where each ends.
fn texts<'a>(cell: &impl Fn(Column) -> &'a str) -> Result<(Box<str>, [u32; TEXTS]), Fault> {
    let columns = || Column::KEPT.into_iter().filter(|column| column.is_text());
    let mut text = String::with_capacity(columns().map(|column| cell(column).len()).sum());
    let mut ends = [0; TEXTS];
    for (column, end) in columns().zip(&mut ends) {
        text.push_str(cell(column));
        *end = u32::try_from(text.len()).map_err(|_| fault(column, "長すぎます", "is too long"))?;
    }
    Ok((text.into_boxed_str(), ends))
}

fn length(cell: &str, column: Column, longest: usize) -> Result<(), Fault> {
    if column.is_required() && cell.trim_matches([' ', '\u{3000}']).is_empty() {
        return Err(fault(column, EMPTY, "is empty"));
    }
    // Bytes bound characters: counting is for the few that come near.
    if cell.len() > longest && text::count(cell) > longest {
        let (reason, english) = (format!("長すぎます。{longest}文字以内にしてください"), format!("has more than {longest} characters"));
        return Err(fault(column, reason, english));
    }
    Ok(())
}

fn read_day(cell: &str, column: Column) -> Result<i32, Fault> {
    match cell.trim() {
        "" if column.is_required() => Err(fault(column, EMPTY, "is empty")),
        "" => Ok(0),
        written => era::parse_date(written).map(|date: Date| day::to_number(date)).map_err(|error| fault(column, DATE, error)),
    }
}

fn read_code(cell: &str, column: Column, allowed: &[i16], empty: Option<i16>) -> Result<i16, Fault> {
    let cell = cell.trim();
    if let (true, Some(value)) = (cell.is_empty(), empty) {
        return Ok(value);
    }
    let value = match cell.as_bytes() {
        [digit @ b'0'..=b'9'] => Some(i16::from(digit - b'0')),
        _ => None,
    };
    value.filter(|value| allowed.contains(value)).ok_or_else(|| {
        let allowed = allowed.iter().map(i16::to_string).collect::<Vec<_>>().join(", ");
        fault(column, format!("{allowed}のいずれかにしてください"), format!("must be one of {allowed}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "住民番号,個人番号,世帯番号,氏名,氏名カナ,性別,生年月日,住所,住民区分,住民でなくなった日,消除事由,支援措置";

    fn headings(row: &str) -> Headings {
        Headings::find(&sheets::Sheet::open(row.as_bytes(), sheets::Encoding::Auto).unwrap()).unwrap()
    }

    fn read(row: &str) -> Result<ResidentRow, Fault> {
        let headings = headings(HEADING);
        ResidentRow::read(2, &row.split(',').collect::<sheets::Row>(), &headings)
    }

    #[test]
    fn r_reg_1_a_good_row_is_read_with_every_way_to_write_a_date() {
        for birth in ["1987-04-01", "19870401", "S62.4.1", "昭和62年4月1日"] {
            let row =
                read(&format!("1,,1,見本 花子,ミホン ハナコ,2,{birth},中央一丁目1番1号,1,,,1")).map_err(|fault| fault.reason).unwrap();
            let values = [Column::Birth, Column::Sex, Column::Protected].map(|column| row.value(column));
            assert_eq!(values, [19_870_401, 2, 1]);
            assert_eq!(row.text(Column::Name), "見本 花子");
        }
    }

    #[test]
    fn r_reg_1_a_death_without_a_day_is_a_death() {
        let row = read("1,,1,見本 花子,ミホン,2,19870401,中央,1,,2,").map_err(|fault| fault.reason).unwrap();
        assert_eq!([Column::Removal, Column::Until].map(|column| row.value(column)), [2, 0]);
    }

    #[test]
    fn each_text_of_a_row_is_its_own_and_the_others_are_empty() {
        let headings = headings(&Column::ALL.map(Column::heading).join(","));
        let is_text = |column: Column| column.is_text() && column != Column::Household;
        let cells: Vec<String> = Column::ALL
            .iter()
            .map(|column| match column {
                Column::IndividualNumber | Column::Removal | Column::Until | Column::EventDate | Column::From => String::new(),
                Column::Birth => "19870401".to_owned(),
                column if is_text(*column) => format!("{}の字", column.heading()),
                _ => "1".to_owned(),
            })
            .collect();
        let row = ResidentRow::read(2, &cells.iter().map(String::as_str).collect::<sheets::Row>(), &headings)
            .map_err(|fault| fault.column)
            .unwrap();
        for (column, cell) in Column::ALL.into_iter().zip(&cells) {
            assert_eq!(row.text(column), if is_text(column) || column == Column::Household { cell } else { "" }, "{column:?}");
        }
    }

    #[test]
    fn the_canonical_row_tells_every_column_and_no_way_of_writing() {
        let headings = headings(HEADING);
        let canonical = |row: &str| {
            let row = ResidentRow::read(2, &row.split(',').collect::<sheets::Row>(), &headings).map_err(|fault| fault.column);
            let mut out = Vec::new();
            row.unwrap().canonical(&mut out);
            out
        };
        let one = canonical("1,123456789018,1,見本 花子,ミホン,2,19870401,中央,1,,,");
        assert_eq!(one, canonical(" 1,123456789018 ,1 ,見本 花子,ミホン,2,S62.4.1,中央,1,,,0"));
        for other in [
            "2,123456789018,1,見本 花子,ミホン,2,19870401,中央,1,,,",
            "1,,1,見本 花子,ミホン,2,19870401,中央,1,,,",
            "1,123456789018,2,見本 花子,ミホン,2,19870401,中央,1,,,",
            "1,123456789018,1,見本　花子,ミホン,2,19870401,中央,1,,,",
            "1,123456789018,1,見本 花,子ミホン,2,19870401,中央,1,,,",
            "1,123456789018,1,見本 花子,ミホン,1,19870401,中央,1,,,",
            "1,123456789018,1,見本 花子,ミホン,2,19870402,中央,1,,,",
            "1,123456789018,1,見本 花子,ミホン,2,19870401,中央,1,,,1",
        ] {
            assert_ne!(one, canonical(other), "{other}");
        }
    }

    #[test]
    fn r_reg_1_a_bad_row_is_refused_with_column_and_reason_and_without_its_value() {
        let cases = [
            ("1,123456789012,1,見本 花子,ミホン,2,19870401,中央,1,,,", "個人番号"),
            (",,1,見本 花子,ミホン,2,19870401,中央,1,,,", "住民番号"),
            ("1,,1,,ミホン,2,19870401,中央,1,,,", "氏名"),
            ("1,,1,見本,ミホン,3,19870401,中央,1,,,", "性別"),
            ("1,,1,見本,ミホン,1,20261301,中央,1,,,", "生年月日"),
            ("1,,1,見本,ミホン,1,,中央,1,,,", "生年月日"),
            ("1,,1,見本,ミホン,1,19870401,中央,7,,,", "住民区分"),
            ("1,,1,見本,ミホン,1,19870401,中央,1,19800101,1,", "住民でなくなった日"),
        ];
        for (row, column) in cases {
            let fault = read(row).map(|_| ()).unwrap_err();
            assert_eq!(fault.column, column, "{row}");
            assert!(!fault.reason.contains("123456789012") && !fault.english.contains("123456789012"));
            assert!(!fault.reason.is_ascii() && fault.reason != fault.english, "in Japanese and in English");
        }
    }
}
