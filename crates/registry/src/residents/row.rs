//! One row of a file of the resident register, checked.

use number::IndividualNumber;
use vocabulary::{Date, HouseholdNumber, ResidentNumber, day, era, text};

use super::column::{Column, Headings};

/// Longest name and kana, in characters as a reader counts them (a variant selector is none).
const NAME: usize = 100;
const ADDRESS: usize = 300;

/// A checked row. Texts are as the file has them: the register is the authority for how a name is written.
pub(crate) struct Row {
    record: csv::StringRecord,
    places: [Option<usize>; 24],
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
pub struct Fault {
    /// The heading of the column.
    pub column: &'static str,
    /// What is wrong, for the person who mends the file.
    pub reason: String,
}

impl Row {
    /// Checks one record; the first fault refuses the row.
    pub(crate) fn read(record: csv::StringRecord, headings: &Headings) -> Result<Row, Fault> {
        let mut places = [None; 24];
        for (place, column) in places.iter_mut().zip(Column::ALL) {
            *place = headings.place(column);
        }
        let cell = |column: Column| headings.place(column).and_then(|at| record.get(at)).unwrap_or_default();
        readable(&cell)?;
        let resident = ResidentNumber::parse(cell(Column::ResidentNumber)).map_err(|error| fault(Column::ResidentNumber, error))?;
        let household = HouseholdNumber::parse(cell(Column::Household)).map_err(|error| fault(Column::Household, error))?;
        let number = match cell(Column::IndividualNumber).trim() {
            "" => None,
            digits => Some(IndividualNumber::parse(digits).map_err(|error| fault(Column::IndividualNumber, error))?),
        };
        length(cell(Column::Name), Column::Name, NAME)?;
        length(cell(Column::Kana), Column::Kana, NAME)?;
        length(cell(Column::Address), Column::Address, ADDRESS)?;
        let row = Row {
            resident,
            household,
            number,
            sex: choice(cell(Column::Sex), Column::Sex, &[0, 1, 2], None)?,
            birth: date(cell(Column::Birth), Column::Birth)?.ok_or_else(|| fault(Column::Birth, "is empty"))?,
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
            places,
            record,
        };
        row.agrees()?;
        Ok(row)
    }

    /// The text of a column as the file has it; empty when the file has no such column.
    pub(crate) fn text(&self, column: Column) -> &str {
        self.places.get(column as usize).copied().flatten().and_then(|at| self.record.get(at)).unwrap_or_default()
    }

    /// The row as one string of bytes, the same for every way to write the same: what a keyed digest is taken of.
    pub(crate) fn canonical(&self, out: &mut Vec<u8>) {
        out.clear();
        for column in Column::ALL {
            let number = match column {
                Column::Sex => Some(i32::from(self.sex)),
                Column::Birth => Some(self.birth),
                Column::EventDate => Some(self.event_date),
                Column::From => Some(self.from),
                Column::Until => Some(self.until),
                Column::Class => Some(i32::from(self.class)),
                Column::Removal => Some(i32::from(self.removal)),
                Column::Protected => Some(i32::from(self.protected)),
                Column::Tax => Some(i32::from(self.tax)),
                Column::HouseholdTax => Some(i32::from(self.household_tax)),
                Column::Welfare => Some(i32::from(self.welfare)),
                Column::Disaster => Some(i32::from(self.disaster)),
                _ => None,
            };
            match number {
                Some(number) => out.extend_from_slice(&number.to_le_bytes()),
                None => out.extend_from_slice(self.text(column).as_bytes()),
            }
            out.push(0x1f);
        }
    }

    /// What no single column shows.
    fn agrees(&self) -> Result<(), Fault> {
        if self.removal != 0 && self.until == 0 {
            return Err(fault(Column::Until, "is empty although a reason of removal (消除事由) is given"));
        }
        if self.from != 0 && self.until != 0 && self.until < self.from {
            return Err(fault(Column::Until, "lies before 住民となった日"));
        }
        if self.until != 0 && self.until < self.birth {
            return Err(fault(Column::Until, "lies before the day of birth"));
        }
        Ok(())
    }
}

fn fault(column: Column, reason: impl ToString) -> Fault {
    Fault { column: column.heading(), reason: reason.to_string() }
}

/// No column holds what its encoding could not say.
fn readable<'a>(cell: &impl Fn(Column) -> &'a str) -> Result<(), Fault> {
    match Column::ALL.iter().find(|column| cell(**column).contains('\u{fffd}')) {
        Some(column) => Err(fault(*column, "holds a character that cannot be read: is the encoding right?")),
        None => Ok(()),
    }
}

fn length(cell: &str, column: Column, longest: usize) -> Result<(), Fault> {
    if cell.trim_matches([' ', '\u{3000}']).is_empty() {
        return Err(fault(column, "is empty"));
    }
    // Bytes bound characters: counting is for the few that come near.
    if cell.len() > longest && text::count(cell) > longest {
        return Err(fault(column, format!("has more than {longest} characters")));
    }
    Ok(())
}

fn date(cell: &str, column: Column) -> Result<Option<i32>, Fault> {
    match cell.trim() {
        "" => Ok(None),
        written => era::parse_date(written).map(|date: Date| Some(day::to_number(date))).map_err(|error| fault(column, error)),
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
        let allowed: Vec<String> = allowed.iter().map(i16::to_string).collect();
        fault(column, format!("must be one of {}", allowed.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "住民番号,個人番号,世帯番号,氏名,氏名カナ,性別,生年月日,住所,住民区分,住民でなくなった日,消除事由,支援措置";

    fn read(row: &str) -> Result<Row, Fault> {
        let headings = Headings::read(HEADING.split(',')).unwrap();
        Row::read(csv::StringRecord::from(row.split(',').collect::<Vec<_>>()), &headings)
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
    fn r_reg_1_a_bad_row_is_refused_with_column_and_reason_and_without_its_value() {
        let cases = [
            ("1,123456789012,1,見本 花子,ミホン,2,19870401,中央,1,,,", "個人番号"),
            (",,1,見本 花子,ミホン,2,19870401,中央,1,,,", "住民番号"),
            ("1,,1,,ミホン,2,19870401,中央,1,,,", "氏名"),
            ("1,,1,見本,ミホン,3,19870401,中央,1,,,", "性別"),
            ("1,,1,見本,ミホン,1,20261301,中央,1,,,", "生年月日"),
            ("1,,1,見本,ミホン,1,,中央,1,,,", "生年月日"),
            ("1,,1,見本\u{fffd},ミホン,1,19870401,中央,1,,,", "氏名"),
            ("1,,1,見本,ミホン,1,19870401,中央,7,,,", "住民区分"),
            ("1,,1,見本,ミホン,1,19870401,中央,1,,2,", "住民でなくなった日"),
            ("1,,1,見本,ミホン,1,19870401,中央,1,19800101,1,", "住民でなくなった日"),
        ];
        for (row, column) in cases {
            let fault = read(row).map(|_| ()).unwrap_err();
            assert_eq!(fault.column, column, "{row}");
            assert!(!fault.reason.contains("123456789012"));
        }
    }
}
