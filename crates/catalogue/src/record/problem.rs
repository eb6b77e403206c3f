//! What can be wrong with a value. Never the value itself: it is health data.

use core::fmt;

use crate::Record;

/// A problem and the item it lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemProblem {
    /// Number of the item in the form; 0 when it is the whole row.
    pub item: u16,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The row has another number of columns than the form has items.
    Columns {
        /// Items of the form.
        expected: usize,
        /// Columns of the row.
        found: usize,
    },
    /// Empty, and must not be.
    Missing,
    /// Longer than so many characters.
    TooLong(u16),
    /// Not a value of this code table, whose values are these.
    NotInTable {
        /// Id of the table.
        table: String,
        /// Its values, joined.
        values: String,
    },
    /// Not a day.
    Date,
    /// Not a time of day.
    Time,
    /// Not a fiscal year.
    FiscalYear,
    /// Not a month.
    YearMonth,
    /// Not a whole number from 0 (or from 1 for a history number).
    Integer,
    /// Larger than this.
    TooLarge(i64),
    /// Not a number with at most so many digits after the point.
    Decimal(u8),
    /// Neither 0 nor 1.
    Flag,
    /// A character that is not printable ASCII.
    Ascii,
    /// A control character.
    Control,
    /// Not 1 to 15 printable ASCII characters.
    ResidentNumber,
    /// Ten digits whose last is not the check digit.
    CheckDigit,
    /// Not seven digits.
    PostalCode,
}

impl Problem {
    /// A short name that stays put: for problem documents and files of rejects.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Columns { .. } => "columns",
            Self::Missing => "missing",
            Self::TooLong(_) => "too_long",
            Self::NotInTable { .. } => "not_in_table",
            Self::Date => "not_a_date",
            Self::Time => "not_a_time",
            Self::FiscalYear => "not_a_fiscal_year",
            Self::YearMonth => "not_a_month",
            Self::Integer => "not_a_whole_number",
            Self::TooLarge(_) => "too_large",
            Self::Decimal(_) => "not_a_decimal",
            Self::Flag => "not_a_flag",
            Self::Ascii => "not_ascii",
            Self::Control => "control_character",
            Self::ResidentNumber => "not_a_resident_number",
            Self::CheckDigit => "check_digit",
            Self::PostalCode => "not_a_postal_code",
        }
    }

    /// What is wrong and what would be right, in Japanese.
    pub fn ja(&self) -> String {
        match self {
            Self::Columns { expected, found } => format!("列数が{found}です。{expected}列にしてください"),
            Self::Missing => "空欄です。必ず入力してください".to_owned(),
            Self::TooLong(most) => format!("長すぎます。{most}文字以内にしてください"),
            Self::NotInTable { table, values } => format!("コード表{table}にない値です。{values}のいずれかにしてください"),
            Self::Date => "日付ではありません。例: 2026-04-01".to_owned(),
            Self::Time => "時刻ではありません。例: 09:30".to_owned(),
            Self::FiscalYear => "年度ではありません。例: 2026".to_owned(),
            Self::YearMonth => "年月ではありません。例: 2026-04".to_owned(),
            Self::Integer => "整数ではありません".to_owned(),
            Self::TooLarge(most) => format!("大きすぎます。{most}以下にしてください"),
            Self::Decimal(digits) => format!("数値ではありません。小数は{digits}桁以内です"),
            Self::Flag => "0か1にしてください".to_owned(),
            Self::Ascii => "半角文字だけにしてください".to_owned(),
            Self::Control => "制御文字が含まれています".to_owned(),
            Self::ResidentNumber => "住民番号ではありません。15文字以内の半角文字です".to_owned(),
            Self::CheckDigit => "検証番号が合いません。番号を確かめてください".to_owned(),
            Self::PostalCode => "郵便番号ではありません。例: 980-0000".to_owned(),
        }
    }

    /// What is wrong and what would be right, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Columns { expected, found } => format!("the row has {found} columns; it must have {expected}"),
            Self::Missing => "empty, and must not be".to_owned(),
            Self::TooLong(most) => format!("longer than {most} characters"),
            Self::NotInTable { table, values } => format!("not a value of code table {table}: its values are {values}"),
            Self::Date => "not a day, such as 2026-04-01".to_owned(),
            Self::Time => "not a time, such as 09:30".to_owned(),
            Self::FiscalYear => "not a fiscal year, such as 2026".to_owned(),
            Self::YearMonth => "not a month, such as 2026-04".to_owned(),
            Self::Integer => "not a whole number".to_owned(),
            Self::TooLarge(most) => format!("larger than {most}"),
            Self::Decimal(digits) => format!("not a number with at most {digits} digits after the point"),
            Self::Flag => "neither 0 nor 1".to_owned(),
            Self::Ascii => "holds a character that is not half-width".to_owned(),
            Self::Control => "holds a control character".to_owned(),
            Self::ResidentNumber => "not a resident number: 1 to 15 half-width characters".to_owned(),
            Self::CheckDigit => "the check digit does not fit".to_owned(),
            Self::PostalCode => "not a postal code, such as 980-0000".to_owned(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}

impl ItemProblem {
    /// The column heading the problem lies under; empty when it is the whole row.
    pub fn column<'r>(&self, record: &'r Record) -> &'r str {
        record.items.iter().find(|item| item.number == self.item).map_or("", |item| item.header())
    }
}
