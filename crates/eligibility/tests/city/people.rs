//! People for the tests: chosen ones, and random ones from a seed.

use eligibility::{Examined, FormerPeriod, KnownFact, Person, Removal, ResidentClass, Standing};
use vocabulary::{Date, FiscalYear, Sex, day};

/// A resident born on a day.
pub(crate) fn born(number: i32, sex: Sex) -> Person {
    Person { standing: Standing { birth: Some(number), sex, ..Standing::default() }, ..Person::default() }
}

/// An examination in a fiscal year, on its first of June.
pub(crate) fn examined(programme: &str, examination: &str, year: i16) -> Examined {
    let on = Date::new(year, 6, 1).ok();
    Examined { programme: programme.to_owned(), examination: Some(examination.to_owned()), fiscal_year: FiscalYear(year), on }
}

/// A smoking index known on a day, yyyymmdd.
pub(crate) fn smoking_index(value: i32, on: i32) -> KnownFact {
    KnownFact { fact: "smoking_index".to_owned(), value, on: day::from_number(on).unwrap_or_default() }
}

/// SplitMix64: the same people on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn number(&mut self, from: i32, to: i32) -> i32 {
        from + i32::try_from(self.below(u64::try_from(to - from + 1).unwrap_or(1))).unwrap_or_default()
    }

    fn day(&mut self, from: i32, to: i32) -> i32 {
        let (month, day) = if self.chance(20) { (4, self.number(1, 2)) } else { (self.number(1, 12), self.number(1, 28)) };
        let leap = self.chance(2);
        if leap { self.number(from / 4, to / 4) * 40_000 + 229 } else { self.number(from, to) * 10_000 + month * 100 + day }
    }

    /// Now and then somebody who came back, once or twice.
    fn former(&mut self) -> Vec<FormerPeriod> {
        let mut days = if self.chance(10) { vec![self.day(1990, 2026), self.day(1990, 2026)] } else { Vec::new() };
        days.sort_unstable();
        let mut periods = Vec::new();
        for to in days {
            let from = periods.last().map(|before: &FormerPeriod| before.to);
            periods.push(FormerPeriod { from, to, removal: Some(Removal::MovedOut) });
        }
        periods
    }

    /// Anybody a register may hold around fiscal year 2026, with what records may say of them.
    pub(crate) fn person(&mut self, examinations: &[(String, String)]) -> Person {
        let class =
            [ResidentClass::Japanese, ResidentClass::Foreign, ResidentClass::Outside][[0, 0, 0, 0, 1, 1, 2][self.below(7) as usize]];
        let sex = [Sex::Unknown, Sex::Male, Sex::Female][[0, 1, 1, 1, 1, 2, 2, 2, 2][self.below(9) as usize]];
        let gone = self.chance(15);
        let standing = Standing {
            birth: (!self.chance(1)).then(|| self.day(1905, 2027)).filter(|number| day::from_number(*number).is_some()),
            sex,
            class,
            from: self.chance(60).then(|| self.day(1990, 2026)),
            to: (gone && !self.chance(10)).then(|| self.day(2024, 2027)),
            removal: if gone {
                [Some(Removal::MovedOut), Some(Removal::Died), Some(Removal::Other), None][self.below(4) as usize]
            } else {
                None
            },
            former: self.former(),
        };
        let examined = (0..self.below(5)).map(|_| self.examined(examinations)).collect();
        let facts = (0..self.below(3)).map(|_| smoking_index(self.number(0, 60) * 20, self.day(2018, 2027))).collect();
        Person { standing, examined, facts }
    }

    fn examined(&mut self, examinations: &[(String, String)]) -> Examined {
        let (programme, examination) = examinations[self.below(examinations.len() as u64) as usize].clone();
        let on = Date::new(self.number(2022, 2027) as i16, self.number(1, 12) as i8, self.number(1, 28) as i8).unwrap_or_default();
        let examination = match self.below(12) {
            0 => None,
            1 => Some("another_method".to_owned()),
            _ => Some(examination),
        };
        Examined { programme, examination, fiscal_year: FiscalYear::of(on), on: (!self.chance(5)).then_some(on) }
    }
}
