//! The two cities of the demonstration.

use vocabulary::{Date, FiscalYear, MunicipalityCode};

use crate::{City, CityPlan, FIRST_CITY, Movers, SECOND_CITY, SynthError};

/// みほん市 and となり市; people moved from the first to the second.
#[derive(Debug, Clone)]
pub struct Pair {
    /// 991015, which the movers left; it examined their teeth and looked for cancer the year before.
    pub first: City,
    /// 992020, which they entered.
    pub second: City,
}

/// How many of a city of that size moved: one in a hundred, at least three.
pub fn movers(residents: u32) -> u32 {
    residents.div_ceil(100).max(3)
}

/// Two cities of that many rows each, on 22 November 2026.
pub fn pair(residents: u32, seed: u64) -> Result<Pair, SynthError> {
    let base = plan(FIRST_CITY, residents, seed)?;
    pair_on(residents, seed, base.fiscal_year, base.today)
}

/// Two cities of that many rows each, in this fiscal year, on this day.
pub fn pair_on(residents: u32, seed: u64, fiscal_year: FiscalYear, today: Date) -> Result<Pair, SynthError> {
    let count = movers(residents);
    let (mut first, mut second) = (plan(FIRST_CITY, residents, seed)?, plan(SECOND_CITY, residents, seed)?);
    for plan in [&mut first, &mut second] {
        (plan.fiscal_year, plan.today) = (fiscal_year, today);
    }
    first.movers = Movers::Left { count, to: second.municipality };
    second.movers = Movers::Entered { count, from: first.municipality };
    Ok(Pair { first: City::generate(&first)?, second: City::generate(&second)? })
}

fn plan(code: &str, residents: u32, seed: u64) -> Result<CityPlan, SynthError> {
    let municipality = MunicipalityCode::parse(code).map_err(|_| SynthError::Municipality)?;
    Ok(CityPlan::new(municipality, residents, seed))
}
