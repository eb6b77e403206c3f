//! 年齢計算ニ関スル法律 (1902, law 50): age counts from the day of birth, so a year is completed on the day *before* the birthday.

use crate::Date;

/// Completed years on the day `on`. Born 1 April 1987: 40 already on 31 March 2027. Born 29 February: completes a year on 28 February
/// in every year (Civil Code article 143). Negative before birth.
pub fn age_on(birth: Date, on: Date) -> i16 {
    let after = on.tomorrow().unwrap_or(on);
    let years = after.year() - birth.year();
    if (after.month(), after.day()) < (birth.month(), birth.day()) { years - 1 } else { years }
}
