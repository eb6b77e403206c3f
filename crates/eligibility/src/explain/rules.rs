//! The rules, one after the other, for one person. `plan/compile.rs` says the same in tables.

use core::ops::RangeInclusive;

use catalogue::{Examination, Interval, IntervalScope, Programme};
use vocabulary::{Date, FiscalYear};

use super::{Rule, Tested};
use crate::{Examined, Person, Residency};

/// Where it is laid down that the programmes are for the people of the city, once in a fiscal year.
const CITY: &str = "PIA Ⅰ-1② 本市の市民健診";

/// Every rule of an examination in a fiscal year, for what is known on a day.
pub(super) fn tested(programme: &Programme, examination: &Examination, person: &Person, year: FiscalYear, on: Date) -> Vec<Tested> {
    let age = person.standing.birth_date().map(|birth| year.age(birth));
    let examined = |scope, years| latest(programme, examination, person, on, scope, years);
    let test = |rule, holds, source: &str| Tested { rule, holds, source: source.to_owned() };
    let residency = person.standing.on(on);
    let ages = examination.ages();
    let mut tested = vec![
        test(Rule::Offered(year), programme.valid_in(year), &programme.source),
        test(Rule::Resident(residency), residency == Residency::Resident, CITY),
        test(Rule::Sex(programme.sex), programme.sex.fits(person.standing.sex), &programme.source),
    ];
    let reached = age.is_some_and(|age| ages.hold(age));
    tested.push(test(Rule::Age { age, ages, reaching: examination.is_by_reaching() }, reached, &programme.source));
    tested.push(test(Rule::NotDone(year), examined(IntervalScope::Programme, year..=year).is_none(), CITY));
    if let Some(interval) = &examination.interval {
        let applies = age.is_some_and(|age| interval.from_age <= age);
        let examined = examined(interval.scope, before(interval, year));
        let rule = Rule::Interval { years: interval.years, from_age: interval.from_age, examined, applies };
        tested.push(test(rule, !applies || examined.is_none(), &interval.source));
    }
    if let Some(condition) = &examination.condition {
        let fact = programme.facts.iter().find(|fact| fact.id == condition.fact);
        let (name, english) = fact.map_or_else(Default::default, |fact| (fact.name.clone(), fact.english.clone()));
        let known = known(person, &condition.fact, on);
        let rule = Rule::Condition { name, english, known, at_least: condition.at_least };
        tested.push(test(rule, known.is_some_and(|known| condition.at_least <= known), &condition.source));
    }
    tested
}

/// The fiscal years before a year in which an examination is too recent.
pub(super) fn before(interval: &Interval, year: FiscalYear) -> RangeInclusive<FiscalYear> {
    FiscalYear(year.0.saturating_sub(i16::from(interval.years) - 1))..=year.previous()
}

/// The latest of some fiscal years in which the programme, or this examination of it, was done as far as is known on a day.
pub(super) fn latest(
    programme: &Programme,
    examination: &Examination,
    person: &Person,
    on: Date,
    scope: IntervalScope,
    years: RangeInclusive<FiscalYear>,
) -> Option<FiscalYear> {
    let counts = |one: &&Examined| {
        one.programme == programme.id
            && one.on.is_none_or(|day| day <= on)
            && years.contains(&one.fiscal_year)
            && (scope == IntervalScope::Programme || one.examination.as_deref() == Some(examination.id.as_str()))
    };
    person.examined.iter().filter(counts).map(|one| one.fiscal_year).max()
}

/// The latest value of a fact that is known on a day; of one day's values, the last.
fn known(person: &Person, fact: &str, on: Date) -> Option<i32> {
    let facts = person.facts.iter().filter(|known| known.fact == fact && known.on <= on);
    facts.max_by_key(|known| known.on).map(|known| known.value)
}
