//! Individual numbers of synthetic people.
//!
//! No range is set aside for tests by whoever issues the real ones. All of ours begin with 99, have a right check digit, and appear in
//! synthetic files only; they follow from seed, city and place in the file, so that no two people of a pair of cities share one by chance.

use number::IndividualNumber;

use crate::{CityPlan, dice::Dice};

/// What every individual number of a synthetic person begins with.
pub const SYNTHETIC_PREFIX: &str = "99";

/// People of one city, newcomers of all weeks among them.
const CITY: u64 = 5_000_000;
const CITIES: u64 = 199;
const ALL: u64 = 1_000_000_000;
/// 3^18: shares no factor with [`ALL`], so that multiplying by it is one to one.
const SPREAD: u64 = 387_420_489;

/// The number of the person at a place in the city's file.
pub(crate) fn resident(plan: &CityPlan, serial: u32) -> Option<IndividualNumber> {
    let city = u64::try_from(plan.municipality.number()).unwrap_or_default() % CITIES;
    number(plan.seed, city, serial)
}

/// The number of a person who moved from one city of a pair to the other: the same in both.
pub(crate) fn mover(plan: &CityPlan, ordinal: u32) -> Option<IndividualNumber> {
    number(plan.seed, CITIES, ordinal)
}

fn number(seed: u64, city: u64, serial: u32) -> Option<IndividualNumber> {
    let shift = Dice::of(&[seed, crate::matter::NUMBER]).next() % ALL;
    let place = (city * CITY + u64::from(serial)) % ALL;
    let body = (place * SPREAD + shift) % ALL;
    IndividualNumber::from_body(&format!("{SYNTHETIC_PREFIX}{body:09}")).ok()
}
