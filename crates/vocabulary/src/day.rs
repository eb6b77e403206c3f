//! Dates as the rooms store them: the integer yyyymmdd, the same on both databases, ordered, readable.

use crate::Date;

/// 2026-04-01 → 20260401.
pub fn to_number(date: Date) -> i32 {
    i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day())
}

/// 20260401 → 2026-04-01; `None` when there is no such day.
pub fn from_number(number: i32) -> Option<Date> {
    let year = i16::try_from(number / 10_000).ok()?;
    let month = i8::try_from(number / 100 % 100).ok()?;
    let day = i8::try_from(number % 100).ok()?;
    if number < 0 {
        return None;
    }
    Date::new(year, month, day).ok()
}
