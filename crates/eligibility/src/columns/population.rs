use vocabulary::{FiscalYear, day};

use crate::Standing;

/// The residents in columns. Fill it in the order of the resident numbers, so that lists come out sorted.
#[derive(Clone, Default)]
pub struct Population {
    /// yyyymmdd; [`Population::UNBORN`] when not known.
    pub(crate) birth: Vec<i32>,
    /// The register's code, 0 to 2.
    pub(crate) sex: Vec<u8>,
    /// First day of residence.
    pub(crate) from: Vec<i32>,
    /// First day after it.
    pub(crate) to: Vec<i32>,
    /// Former periods of those who came back: place, first day, first day after; in the order of the places.
    pub(crate) former: Vec<(usize, i32, i32)>,
}

impl Population {
    /// A birth so late that no age is reached.
    const UNBORN: i32 = i32::MAX;

    /// With room for so many residents.
    pub fn with_capacity(residents: usize) -> Self {
        let column = || Vec::with_capacity(residents);
        Self { birth: column(), sex: Vec::with_capacity(residents), from: column(), to: column(), former: Vec::new() }
    }

    /// Adds a resident and returns their place.
    pub fn push(&mut self, standing: &Standing) -> usize {
        let (from, to) = standing.current();
        let place = self.birth.len();
        self.former.extend(standing.former().map(|(from, to)| (place, from, to)));
        self.birth.push(standing.birth_date().map_or(Self::UNBORN, day::to_number));
        self.sex.push(standing.sex as u8);
        self.from.push(from);
        self.to.push(to);
        place
    }

    /// How many residents it holds, the dead and gone included.
    pub fn len(&self) -> usize {
        self.birth.len()
    }

    /// Whether it holds nobody.
    pub fn is_empty(&self) -> bool {
        self.birth.is_empty()
    }

    /// Age on 31 March of a fiscal year. In yyyymmdd, the years between two days are the quotient of their difference and 10,000.
    pub(crate) fn age(&self, row: usize, year: FiscalYear) -> Option<i16> {
        let birth = self.birth.get(row).copied().filter(|birth| *birth != Self::UNBORN)?;
        i16::try_from((after(year) - birth).div_euclid(10_000)).ok()
    }
}

/// The day after the fiscal year, yyyymmdd: ages count to the end of the day before.
pub(crate) fn after(year: FiscalYear) -> i32 {
    (i32::from(year.0) + 1) * 10_000 + 401
}

/// Personal: birth dates.
impl core::fmt::Debug for Population {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Population").field("residents", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::age_on;

    #[test]
    fn r_reg_2_ages_by_division_are_those_of_the_act_on_every_day_of_birth() {
        let year = FiscalYear(2026);
        for number in 19_200_101..=20_281_231 {
            let Some(birth) = day::from_number(number) else { continue };
            let mut population = Population::default();
            let row = population.push(&Standing { birth: Some(number), ..Standing::default() });
            assert_eq!(population.age(row, year), Some(age_on(birth, year.last_day())), "{birth}");
        }
    }
}
