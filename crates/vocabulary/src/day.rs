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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_and_its_number_are_the_same_thing() {
        assert_eq!(to_number(date(2026, 4, 1)), 20_260_401);
        assert_eq!(from_number(20_240_229), Some(date(2024, 2, 29)));
        for wrong in [20_230_229, 20_261_301, 20_260_400, 0, -1, -20_260_401, i32::MAX] {
            assert_eq!(from_number(wrong), None, "{wrong}");
        }
    }
}
