use catalogue::{Examination, IntervalScope, Programme};
use vocabulary::{Date, FiscalYear};

use super::rules::{before, latest};
use super::{Rule, Tested};
use crate::Person;

/// Years looked ahead: a life.
const AHEAD: i16 = 110;

/// The first fiscal year from `year` on in which every rule holds, if nothing else changes: residence, sex and facts stay, years pass.
pub(super) fn year(
    programme: &Programme,
    examination: &Examination,
    person: &Person,
    year: FiscalYear,
    on: Date,
    tested: &[Tested],
) -> Option<FiscalYear> {
    let lasting = |rule: &Rule| matches!(rule, Rule::Resident(_) | Rule::Sex(_) | Rule::Condition { .. });
    if tested.iter().any(|tested| lasting(&tested.rule) && !tested.holds) {
        return None;
    }
    let age = year.age(person.standing.birth_date()?);
    let ages = examination.ages();
    let done = |scope, years| latest(programme, examination, person, on, scope, years).is_some();
    let due = |ahead: &i16| {
        let (age, year) = (age + ahead, FiscalYear(year.0.saturating_add(*ahead)));
        let recent = examination.interval.as_ref().filter(|interval| interval.from_age <= age);
        ages.hold(age)
            && programme.valid_in(year)
            && !done(IntervalScope::Programme, year..=year)
            && !recent.is_some_and(|interval| done(interval.scope, before(interval, year)))
    };
    (0..AHEAD).find(due).map(|ahead| FiscalYear(year.0.saturating_add(ahead)))
}
