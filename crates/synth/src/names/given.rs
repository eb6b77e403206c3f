//! Given names by sex and year of birth.

use std::sync::LazyLock;

use vocabulary::Sex;

use super::lines;
use crate::dice::{Dice, Weighted};

/// A given name as its bearer writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenName {
    pub(crate) written: String,
    pub(crate) kana: String,
}

struct Name {
    spellings: Vec<&'static str>,
    kana: &'static str,
}

struct Cohort {
    sex: Sex,
    first_year: i16,
    last_year: i16,
    whole: Weighted<Name>,
    first: Vec<Name>,
    second: Vec<Name>,
}

static COHORTS: LazyLock<Vec<Cohort>> = LazyLock::new(|| {
    let mut cohorts = Vec::new();
    let mut whole = Vec::new();
    let lines: Vec<&str> = lines(include_str!("../../data/given_names.txt")).collect();
    // From the end, so that a heading closes what stands under it.
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for line in lines.into_iter().rev() {
        match line.split_once(' ') {
            Some(("+", parts)) => first = read_parts(parts),
            Some(("-", parts)) => second = read_parts(parts),
            Some(("=", heading)) => {
                let mut fields = heading.split(' ');
                let sex = if fields.next() == Some("m") { Sex::Male } else { Sex::Female };
                let mut year = || fields.next().and_then(|year| year.parse().ok()).unwrap_or_default();
                cohorts.push(Cohort {
                    sex,
                    first_year: year(),
                    last_year: year(),
                    whole: Weighted::new(core::mem::take(&mut whole)),
                    first: core::mem::take(&mut first),
                    second: core::mem::take(&mut second),
                });
            }
            Some((written, rest)) => {
                if let Some((kana, weight)) = rest.split_once(' ') {
                    let name = Name { spellings: written.split('|').collect(), kana };
                    whole.push((name, weight.parse().unwrap_or(1)));
                }
            }
            None => {}
        }
    }
    cohorts
});

/// Parts between bars, each with its reading; 真|眞 マ is one part with two spellings, the common one first.
fn read_parts(text: &'static str) -> Vec<Name> {
    let mut parts = Vec::new();
    let mut spellings = Vec::new();
    for part in text.split('|') {
        match part.split_once(' ') {
            Some((written, kana)) => {
                spellings.push(written);
                parts.push(Name { spellings: core::mem::take(&mut spellings), kana });
            }
            None => spellings.push(part),
        }
    }
    parts
}

fn spelling(name: &Name, dice: &mut Dice) -> &'static str {
    if dice.per_mille(800) { name.spellings.first().copied().unwrap_or_default() } else { dice.word(&name.spellings) }
}

/// A given name for a sex and a year of birth; people of unknown sex get one of either.
pub(crate) fn given(sex: Sex, year: i16, dice: &mut Dice) -> GivenName {
    let sex = match sex {
        Sex::Unknown if dice.per_mille(500) => Sex::Male,
        Sex::Unknown => Sex::Female,
        known => known,
    };
    let cohort = COHORTS.iter().find(|cohort| cohort.sex == sex && (cohort.first_year..=cohort.last_year).contains(&year));
    let cohort = cohort.or_else(|| COHORTS.iter().find(|cohort| cohort.sex == sex));
    let Some(cohort) = cohort else { return GivenName { written: "太郎".to_owned(), kana: "タロウ".to_owned() } };
    if dice.per_mille(150)
        && let Some(name) = cohort.whole.pick(dice)
    {
        return GivenName { written: spelling(name, dice).to_owned(), kana: name.kana.to_owned() };
    }
    loop {
        let (Some(first), Some(second)) = (dice.pick(&cohort.first), dice.pick(&cohort.second)) else {
            return GivenName { written: "太郎".to_owned(), kana: "タロウ".to_owned() };
        };
        let (first_written, second_written) = (spelling(first, dice), spelling(second, dice));
        if first_written != second_written {
            return GivenName { written: format!("{first_written}{second_written}"), kana: format!("{}{}", first.kana, second.kana) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_year_and_sex_has_its_own_names() {
        assert_eq!(COHORTS.len(), 6);
        let mut dice = Dice::of(&[9]);
        for sex in [Sex::Male, Sex::Female] {
            for year in [1925, 1970, 2015] {
                let names: Vec<GivenName> = (0..4_000).map(|_| given(sex, year, &mut dice)).collect();
                let distinct: std::collections::HashSet<&str> = names.iter().map(|name| name.written.as_str()).collect();
                assert!(distinct.len() > 150, "{sex:?} {year}: {}", distinct.len());
                for name in &names {
                    assert!(!name.written.is_empty() && name.kana.chars().all(|c| ('ァ'..='ー').contains(&c)), "{name:?}");
                    assert!(!name.written.contains(['|', ' ', '+', '-']), "{name:?}");
                }
            }
        }
    }
}
