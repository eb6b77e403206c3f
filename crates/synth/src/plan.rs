//! What a synthetic city is made from: everything else follows from it.

use vocabulary::{Date, FiscalYear, MunicipalityCode};

/// The first of the two fictional cities (みほん市).
pub const FIRST_CITY: &str = "991015";
/// The second of the two fictional cities (となり市).
pub const SECOND_CITY: &str = "992020";

/// The plan of a city. The same plan gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityPlan {
    /// Code of the city; 991015 is みほん市, 992020 となり市, any other 架空市.
    pub municipality: MunicipalityCode,
    /// Rows of `residents.csv`: people who live there, and the few who died, moved away or stand outside the register.
    pub residents: u32,
    /// Another seed gives other people.
    pub seed: u64,
    /// The current fiscal year.
    pub fiscal_year: FiscalYear,
    /// The day the files are made; `residents.csv` shows the city `weeks` weeks earlier.
    pub today: Date,
    /// How many weekly difference files there are (0 to 52).
    pub weeks: u8,
    /// How many fiscal years before the current one have results.
    pub past_years: u8,
    /// Rows of `incoming.csv`.
    pub incoming: u32,
    /// People who moved from one city of a pair to the other.
    pub movers: Movers,
}

/// People whom two cities have in common: the same number, name and birth date, left the one and entered the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Movers {
    /// A city on its own.
    #[default]
    None,
    /// The last `count` rows moved away to `to` during the fiscal year.
    Left {
        /// How many.
        count: u32,
        /// Where to.
        to: MunicipalityCode,
    },
    /// The last `count` rows moved in from `from` during the fiscal year.
    Entered {
        /// How many.
        count: u32,
        /// Where from.
        from: MunicipalityCode,
    },
}

impl Movers {
    /// How many there are.
    pub fn count(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Left { count, .. } | Self::Entered { count, .. } => count,
        }
    }
}

impl CityPlan {
    /// The plan of a city on its own: fiscal year 2026, on 22 November 2026, one week, three past years, one incoming record for twenty
    /// residents (at least 200).
    pub fn new(municipality: MunicipalityCode, residents: u32, seed: u64) -> Self {
        Self {
            municipality,
            residents,
            seed,
            fiscal_year: FiscalYear(2026),
            today: vocabulary::day::from_number(20_261_122).unwrap_or(Date::ZERO),
            weeks: 1,
            past_years: 3,
            incoming: (residents / 20).max(200),
            movers: Movers::None,
        }
    }

    /// The day that `residents.csv` shows.
    pub fn snapshot_day(&self) -> Date {
        days(self.today, -7 * i32::from(self.weeks))
    }
}

/// So many days later or earlier; stays within the calendar.
pub(crate) fn days(date: Date, count: i32) -> Date {
    date.saturating_add(jiff::Span::new().days(count))
}

/// The fewest residents a city can have: below that the shapes that every city must hold do not fit.
pub const FEWEST: u32 = 60;
/// The most residents a city can have.
pub const MOST: u32 = 4_000_000;
