//! 年度: 1 April to 31 March, named after the year it begins in.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::era::Era;
use crate::{Date, age_on};

/// 年度 (fiscal year) by the calendar year of its 1 April.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FiscalYear(pub i16);

/// A text or number that is no fiscal year: a bare 8 is not told to be 令和8年度.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no fiscal year: write four digits (2026), or era and year (令和8, R8)")]
pub struct NoFiscalYear;

impl FiscalYear {
    /// By a calendar year of four digits.
    fn checked(year: i16) -> Result<Self, NoFiscalYear> {
        if (1000..=9999).contains(&year) { Ok(Self(year)) } else { Err(NoFiscalYear) }
    }

    /// In the era in which it begins: 令和8.
    pub fn to_wareki(self) -> String {
        match Era::of(self.first_day()) {
            Some((era, 1)) => format!("{}元", era.ja()),
            Some((era, year)) => format!("{}{year}", era.ja()),
            None => self.to_string(),
        }
    }

    /// The fiscal year a day lies in.
    pub fn of(date: Date) -> Self {
        Self(if date.month() >= 4 { date.year() } else { date.year() - 1 })
    }

    /// 1 April.
    pub fn first_day(self) -> Date {
        day(self.0, 4, 1)
    }

    /// 31 March of the next calendar year.
    pub fn last_day(self) -> Date {
        day(self.0.saturating_add(1), 3, 31)
    }

    /// Whether the day lies in it.
    pub fn holds(self, date: Date) -> bool {
        Self::of(date) == self
    }

    /// The age "reached in the fiscal year": on its last day, 31 March, under the Age Calculation Act.
    pub fn age(self, birth: Date) -> i16 {
        age_on(birth, self.last_day())
    }

    /// The last day of birth of those who are `age` at the end of this year: 1 April.
    pub fn youngest_birth(self, age: i16) -> Date {
        day(self.0.saturating_add(1).saturating_sub(age), 4, 1)
    }

    /// The first day of birth of those who are `age` at the end of this year: 2 April a year before.
    pub fn oldest_birth(self, age: i16) -> Date {
        day(self.0.saturating_sub(age), 4, 2)
    }

    /// The year before.
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The year after.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl core::fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(&self.0, f)
    }
}

impl core::str::FromStr for FiscalYear {
    type Err = NoFiscalYear;

    /// Four digits; as people write it: [`crate::era::parse_fiscal_year`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::checked(text.parse().map_err(|_| NoFiscalYear)?)
    }
}

impl<'de> Deserialize<'de> for FiscalYear {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::checked(i16::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Days of the civil calendar that exist in every year; years beyond the calendar's end stay at its end.
fn day(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).unwrap_or(if year < 0 { Date::MIN } else { Date::MAX })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_fiscal_year_runs_from_april_to_march() {
        assert_eq!(FiscalYear::of(date(2026, 3, 31)), FiscalYear(2025));
        assert_eq!(FiscalYear::of(date(2026, 4, 1)), FiscalYear(2026));
        assert_eq!(FiscalYear(2026).first_day(), date(2026, 4, 1));
        assert_eq!(FiscalYear(2026).last_day(), date(2027, 3, 31));
        assert!(FiscalYear(2026).holds(date(2027, 1, 1)));
        assert_eq!("2026".parse(), Ok(FiscalYear(2026)));
        assert_eq!("8".parse::<FiscalYear>(), Err(NoFiscalYear));
        assert_eq!((FiscalYear(2026).to_wareki(), FiscalYear(1989).to_wareki()), ("令和8".to_owned(), "平成元".to_owned()));
    }

    #[test]
    fn r_reg_2_born_on_1_april_1987_is_40_in_2026_and_a_day_later_39() {
        assert_eq!(FiscalYear(2026).age(date(1987, 4, 1)), 40);
        assert_eq!(FiscalYear(2026).age(date(1987, 4, 2)), 39);
    }

    #[test]
    fn r_reg_2_the_births_of_an_age_are_the_days_that_have_it() {
        let year = FiscalYear(2026);
        for age in 0..=120 {
            let (oldest, youngest) = (year.oldest_birth(age), year.youngest_birth(age));
            assert_eq!((year.age(oldest), year.age(youngest)), (age, age));
            assert_eq!(year.age(oldest.yesterday().unwrap()), age + 1);
            assert_eq!(year.age(youngest.tomorrow().unwrap()), age - 1);
        }
    }
}
