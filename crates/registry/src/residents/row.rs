//! One row of a file of the resident register, checked.

use std::fmt::Display;

use number::IndividualNumber;
use vocabulary::{Date, HouseholdNumber, Purpose, ResidentNumber, day, era, text};

use super::column::{Column, Headings};
use crate::files::Rejected;

/// Longest name and kana, in characters as a reader counts them (a variant selector is none).
const NAME: usize = 100;
const ADDRESS: usize = 300;
/// Stands after every column of the canonical row.
const END: u8 = 0x1f;

/// The columns that are kept as the file has them, in the order in which they lie in a row's text.
const TEXTS: [Column; 9] = [
    Column::Name,
    Column::Kana,
    Column::PostalCode,
    Column::Address,
    Column::Building,
    Column::District,
    Column::Branch,
    Column::Phone,
    Column::Event,
];

/// Where a column stands among [`TEXTS`].
#[expect(clippy::indexing_slicing, reason = "made by the compiler: a wrong place does not compile")]
const TEXT_PLACES: [Option<usize>; Column::ALL.len()] = {
    let mut places = [None; Column::ALL.len()];
    let mut at = 0;
    while at < TEXTS.len() {
        places[TEXTS[at] as usize] = Some(at);
        at += 1;
    }
    places
};

/// A checked row. Texts are as the file has them: the register is the authority for how a name is written. They lie in one piece, because a
/// city has a million rows that go from thread to thread; the individual number is not among them.
pub(crate) struct ResidentRow {
    /// Where it stands in the file.
    pub(crate) line: u64,
    text: Box<str>,
    ends: [u32; TEXTS.len()],
    pub(crate) resident: ResidentNumber,
    pub(crate) household: HouseholdNumber,
    pub(crate) number: Option<IndividualNumber>,
    /// 0, 1 or 2.
    pub(crate) sex: i16,
    /// yyyymmdd; so are the others, 0 where empty.
    pub(crate) birth: i32,
    pub(crate) event_date: i32,
    pub(crate) from: i32,
    pub(crate) until: i32,
    /// 1 Japanese resident, 2 foreign resident, 3 outside the register (住登外).
    pub(crate) class: i16,
    /// 0 none, 1 moved out, 2 died, 9 other.
    pub(crate) removal: i16,
    pub(crate) protected: i16,
    /// 0 not taxed, 1 taxed, 9 unknown.
    pub(crate) tax: i16,
    pub(crate) household_tax: i16,
    pub(crate) welfare: i16,
    pub(crate) disaster: i16,
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
        length(cell(Column::Name), Column::Name, NAME)?;
        length(cell(Column::Kana), Column::Kana, NAME)?;
        length(cell(Column::Address), Column::Address, ADDRESS)?;
        let (text, ends) = texts(&cell)?;
        let row = ResidentRow {
            line,
            resident,
            household,
            number,
            sex: choice(cell(Column::Sex), Column::Sex, &[0, 1, 2], None)?,
            birth: date(cell(Column::Birth), Column::Birth)?.ok_or_else(|| fault(Column::Birth, EMPTY, "is empty"))?,
            event_date: date(cell(Column::EventDate), Column::EventDate)?.unwrap_or(0),
            from: date(cell(Column::From), Column::From)?.unwrap_or(0),
            until: date(cell(Column::Until), Column::Until)?.unwrap_or(0),
            class: choice(cell(Column::Class), Column::Class, &[1, 2, 3], None)?,
            removal: choice(cell(Column::Removal), Column::Removal, &[1, 2, 9], Some(0))?,
            protected: choice(cell(Column::Protected), Column::Protected, &[0, 1], Some(0))?,
            tax: choice(cell(Column::Tax), Column::Tax, &[0, 1, 9], Some(9))?,
            household_tax: choice(cell(Column::HouseholdTax), Column::HouseholdTax, &[0, 1, 9], Some(9))?,
            welfare: choice(cell(Column::Welfare), Column::Welfare, &[0, 1], Some(0))?,
            disaster: choice(cell(Column::Disaster), Column::Disaster, &[0, 1], Some(0))?,
            text,
            ends,
        };
        row.agrees()?;
        Ok(row)
    }

    /// A column of [`TEXTS`] as the file has it; empty when the file has no such column.
    pub(crate) fn text(&self, column: Column) -> &str {
        let Some(place) = TEXT_PLACES.get(column as usize).copied().flatten() else { return "" };
        let at = |place: usize| self.ends.get(place).map_or(0, |end| *end as usize);
        let start = if place == 0 { 0 } else { at(place - 1) };
        self.text.get(start..at(place)).unwrap_or_default()
    }

    /// The row as one string of bytes, the same for every way to write the same: what a keyed digest is taken of.
    pub(crate) fn canonical(&self, out: &mut Vec<u8>) {
        out.clear();
        for column in Column::ALL {
            let number = match column {
                Column::Sex => i32::from(self.sex),
                Column::Birth => self.birth,
                Column::EventDate => self.event_date,
                Column::From => self.from,
                Column::Until => self.until,
                Column::Class => i32::from(self.class),
                Column::Removal => i32::from(self.removal),
                Column::Protected => i32::from(self.protected),
                Column::Tax => i32::from(self.tax),
                Column::HouseholdTax => i32::from(self.household_tax),
                Column::Welfare => i32::from(self.welfare),
                Column::Disaster => i32::from(self.disaster),
                column => {
                    match (column, &self.number) {
                        (Column::ResidentNumber, _) => out.extend_from_slice(self.resident.as_str().as_bytes()),
                        (Column::Household, _) => out.extend_from_slice(self.household.as_str().as_bytes()),
                        (Column::IndividualNumber, Some(number)) => {
                            out.extend_from_slice(number.open(Purpose::ResidentImport).as_bytes());
                        }
                        _ => out.extend_from_slice(self.text(column).as_bytes()),
                    }
                    out.push(END);
                    continue;
                }
            };
            out.extend_from_slice(&number.to_le_bytes());
            out.push(END);
        }
    }

    /// Replaces texts by those that are known of the person.
    pub(crate) fn replace_texts<'k>(&mut self, known: impl Fn(Column) -> Option<&'k str>) {
        if TEXTS.into_iter().any(|column| known(column).is_some())
            && let Ok((text, ends)) = texts(&|column| known(column).unwrap_or_else(|| self.text(column)))
        {
            (self.text, self.ends) = (text, ends);
        }
    }

    /// What no single column shows. A death or a move whose day nobody knows is one all the same.
    pub(crate) fn agrees(&self) -> Result<(), Fault> {
        if self.from != 0 && self.until != 0 && self.until < self.from {
            return Err(fault(Column::Until, "住民となった日より前です。日付を確かめてください", "lies before 住民となった日"));
        }
        if self.until != 0 && self.until < self.birth {
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
fn texts<'a>(cell: &impl Fn(Column) -> &'a str) -> Result<(Box<str>, [u32; TEXTS.len()]), Fault> {
    let mut text = String::with_capacity(TEXTS.iter().map(|column| cell(*column).len()).sum());
    let mut ends = [0; TEXTS.len()];
    for (column, end) in TEXTS.into_iter().zip(&mut ends) {
        text.push_str(cell(column));
        *end = u32::try_from(text.len()).map_err(|_| fault(column, "長すぎます", "is too long"))?;
    }
    Ok((text.into_boxed_str(), ends))
}

fn length(cell: &str, column: Column, longest: usize) -> Result<(), Fault> {
    if cell.trim_matches([' ', '\u{3000}']).is_empty() {
        return Err(fault(column, EMPTY, "is empty"));
    }
    // Bytes bound characters: counting is for the few that come near.
    if cell.len() > longest && text::count(cell) > longest {
        let (reason, english) = (format!("長すぎます。{longest}文字以内にしてください"), format!("has more than {longest} characters"));
        return Err(fault(column, reason, english));
    }
    Ok(())
}

fn date(cell: &str, column: Column) -> Result<Option<i32>, Fault> {
    match cell.trim() {
        "" => Ok(None),
        written => era::parse_date(written).map(|date: Date| Some(day::to_number(date))).map_err(|error| fault(column, DATE, error)),
    }
}

fn choice(cell: &str, column: Column, allowed: &[i16], empty: Option<i16>) -> Result<i16, Fault> {
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
            assert_eq!((row.birth, row.sex, row.protected), (19_870_401, 2, 1));
            assert_eq!(row.text(Column::Name), "見本 花子");
        }
    }

    #[test]
    fn r_reg_1_a_death_without_a_day_is_a_death() {
        let row = read("1,,1,見本 花子,ミホン,2,19870401,中央,1,,2,").map_err(|fault| fault.reason).unwrap();
        assert_eq!((row.removal, row.until), (2, 0));
    }

    #[test]
    fn each_text_of_a_row_is_its_own_and_the_others_are_empty() {
        let headings = headings(&Column::ALL.map(Column::heading).join(","));
        let cells: Vec<String> = Column::ALL
            .iter()
            .map(|column| match column {
                Column::IndividualNumber | Column::Removal | Column::Until | Column::EventDate | Column::From => String::new(),
                Column::Birth => "19870401".to_owned(),
                column if TEXTS.contains(column) => format!("{}の字", column.heading()),
                _ => "1".to_owned(),
            })
            .collect();
        let row = ResidentRow::read(2, &cells.iter().map(String::as_str).collect::<sheets::Row>(), &headings)
            .map_err(|fault| fault.column)
            .unwrap();
        for (column, cell) in Column::ALL.into_iter().zip(&cells) {
            assert_eq!(row.text(column), if TEXTS.contains(&column) { cell } else { "" }, "{column:?}");
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
