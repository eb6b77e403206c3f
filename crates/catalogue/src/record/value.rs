use vocabulary::{Date, FiscalYear, Yen};

/// A value of an item, typed. Its text form is [`crate::Item::canonical`]'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Texts, numbers of the city and institutions.
    Text(String),
    /// A value of the item's code table.
    Code(String),
    /// A day.
    Date(Date),
    /// Hour and minute.
    Time(u8, u8),
    /// A fiscal year.
    FiscalYear(FiscalYear),
    /// Year and month.
    YearMonth(i16, u8),
    /// A whole number.
    Integer(i64),
    /// A decimal: its digits, and how many of them stand after the point.
    Decimal(i64, u8),
    /// Yes or no.
    Flag(bool),
    /// Whole yen.
    Yen(Yen),
}
