//! 年齢計算ニ関スル法律 (1902, law 50): age counts from the day of birth, so a year is completed on the day *before* the birthday.

use crate::Date;

/// Completed years on the day `on`. Born 1 April 1987: 40 already on 31 March 2027. Born 29 February: completes a year on 28 February
/// in every year (Civil Code article 143). Negative before birth.
pub fn age_on(birth: Date, on: Date) -> i16 {
    let after = on.tomorrow().unwrap_or(on);
    let years = after.year() - birth.year();
    if (after.month(), after.day()) < (birth.month(), birth.day()) { years - 1 } else { years }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn r_reg_2_a_year_is_completed_on_the_day_before_the_birthday() {
        let birth = date(1987, 4, 1);
        assert_eq!(age_on(birth, date(2027, 3, 30)), 39);
        assert_eq!(age_on(birth, date(2027, 3, 31)), 40);
        assert_eq!(age_on(birth, birth), 0);
        assert_eq!(age_on(birth, date(1987, 3, 30)), -1);
    }

    #[test]
    fn r_reg_2_a_birth_on_29_february_completes_its_year_on_the_28th() {
        let birth = date(1988, 2, 29);
        for year in [2027, 2028] {
            let years = year - 1988;
            assert_eq!(age_on(birth, date(year, 2, 27)), years - 1);
            assert_eq!(age_on(birth, date(year, 2, 28)), years);
        }
    }

    #[test]
    fn ages_stay_sane_at_the_end_of_the_calendar() {
        assert_eq!(age_on(date(9990, 1, 1), Date::MAX), 9);
    }
}
