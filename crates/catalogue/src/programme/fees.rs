use serde::Deserialize;
use vocabulary::Yen;

use super::Examination;
use crate::Trust;

/// 自己負担: what a person pays, and who pays nothing. Configuration of the city.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fees {
    /// Whose figures they are.
    pub trust: Trust,
    /// Exemptions; the first that fits is taken.
    pub exempt: Vec<Exempt>,
}

/// An exemption from the co-payment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exempt {
    /// 自己負担区分 that the record bears (code table `local_copay_class`).
    pub class: String,
    /// Who is exempt.
    pub when: ExemptWhen,
    /// Youngest age, for `when = "age"`.
    #[serde(default)]
    pub from: Option<i16>,
}

/// Who is exempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExemptWhen {
    /// 生活保護.
    Welfare,
    /// 世帯非課税.
    HouseholdUntaxed,
    /// 被災者.
    DisasterVictim,
    /// From an age on.
    Age,
}

/// What decides a person's co-payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Circumstances {
    /// 生活保護.
    pub welfare: bool,
    /// 世帯非課税.
    pub household_untaxed: bool,
    /// 被災者.
    pub disaster_victim: bool,
    /// Age on 31 March of the fiscal year.
    pub age: i16,
}

impl Fees {
    /// 自己負担区分 and what the person pays for an examination. Class 1 (一般) pays the co-payment; where that is nothing, class 6.
    pub fn copay(&self, examination: &Examination, person: &Circumstances) -> (&str, Yen) {
        let fits = |exempt: &&Exempt| match exempt.when {
            ExemptWhen::Welfare => person.welfare,
            ExemptWhen::HouseholdUntaxed => person.household_untaxed,
            ExemptWhen::DisasterVictim => person.disaster_victim,
            ExemptWhen::Age => exempt.from.is_some_and(|from| from <= person.age),
        };
        match self.exempt.iter().find(fits) {
            _ if examination.copay == 0 => ("6", Yen::ZERO),
            Some(exempt) => (&exempt.class, Yen::ZERO),
            None => ("1", Yen(examination.copay)),
        }
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::Yen;

    use crate::{Catalogue, Circumstances};

    #[test]
    fn r_reg_2_the_first_exemption_that_fits_is_taken_and_everybody_else_pays() {
        let catalogue = Catalogue::built_in().unwrap();
        let stomach = catalogue.programme("stomach").unwrap();
        let xray = stomach.examination("xray").unwrap();
        let person = Circumstances { age: 69, ..Circumstances::default() };
        assert_eq!(stomach.fees.copay(xray, &person), ("1", Yen(xray.copay)));
        assert_eq!(stomach.fees.copay(xray, &Circumstances { age: 70, ..person }), ("5", Yen::ZERO));
        assert_eq!(stomach.fees.copay(xray, &Circumstances { age: 70, welfare: true, ..person }), ("3", Yen::ZERO));
        let oral = catalogue.programme("oral_health").unwrap();
        assert_eq!(oral.fees.copay(oral.examination("oral").unwrap(), &person), ("6", Yen::ZERO));
    }
}
