//! One person at one date: yes or no for every examination of a programme, with a reason for each rule.

mod next;
mod rules;
mod words;

use catalogue::{Catalogue, Examination, Programme};
use vocabulary::{Date, FiscalYear};

use crate::{Person, PlanError, Residency};

/// The answer for one programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Programme.
    pub programme: String,
    /// The day asked about.
    pub on: Date,
    /// The fiscal year it lies in.
    pub year: FiscalYear,
    /// Age on 31 March of that year; `None` when the birth date is not known.
    pub age: Option<i16>,
    /// An answer for each examination, in the order of the eligible output.
    pub verdicts: Vec<Verdict>,
}

/// The answer for one examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Examination.
    pub examination: String,
    /// Its Japanese name.
    pub name: String,
    /// Its English name.
    pub english: String,
    /// Every rule that was tested; the person is due when all hold.
    pub tested: Vec<Tested>,
    /// The fiscal year in which the person is due if nothing else changes: this one or a later one; `None` when no year would do.
    pub next: Option<FiscalYear>,
}

/// A rule, whether it holds, and where it is laid down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The rule and what it was compared with.
    pub rule: Rule,
    /// Whether it holds.
    pub holds: bool,
    /// Where it is laid down, as the catalogue cites it.
    pub source: String,
}

/// A rule and what it was compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// The programme is offered in this fiscal year.
    Offered(FiscalYear),
    /// Resident on the day.
    Resident(Residency),
    /// The sex the programme is for.
    Sex(catalogue::SexRule),
    /// Age on 31 March among the ages of the examination.
    Age {
        /// The person's age; `None` when the birth date is not known.
        age: Option<i16>,
        /// The ages of the examination.
        ages: catalogue::Ages,
        /// Whether they are to be reached in the year, one by one.
        reaching: bool,
    },
    /// No examination of the programme yet in the fiscal year.
    NotDone(FiscalYear),
    /// Once in so many years: no examination in the years before.
    Interval {
        /// Once in so many fiscal years.
        years: u8,
        /// From this age on.
        from_age: i16,
        /// The year of an examination that is too recent.
        examined: Option<FiscalYear>,
        /// Whether the person is old enough for the rule.
        applies: bool,
    },
    /// A fact that must be at least so large.
    Condition {
        /// Japanese name of the fact.
        name: String,
        /// English name of the fact.
        english: String,
        /// What is known of it.
        known: Option<i32>,
        /// What is needed.
        at_least: i32,
    },
}

impl Verdict {
    /// Whether the person is due.
    pub fn is_due(&self) -> bool {
        self.tested.iter().all(|tested| tested.holds)
    }

    /// The rules that stand in the way.
    pub fn against(&self) -> impl Iterator<Item = &Tested> {
        self.tested.iter().filter(|tested| !tested.holds)
    }
}

/// Explains for a person, a programme and a day, in the fiscal year the day lies in.
pub fn explain(catalogue: &Catalogue, person: &Person, programme: &str, on: Date) -> Result<Explanation, PlanError> {
    explain_in(catalogue, person, programme, FiscalYear::of(on), on)
}

/// Explains for another fiscal year than the day's, as an extraction made in March for the year to come needs it.
pub fn explain_in(catalogue: &Catalogue, person: &Person, programme: &str, year: FiscalYear, on: Date) -> Result<Explanation, PlanError> {
    let programme = catalogue.programme(programme).ok_or_else(|| PlanError::UnknownProgramme(programme.to_owned()))?;
    let age = person.standing.birth_date().map(|birth| year.age(birth));
    let verdicts = programme.examinations.iter().map(|examination| verdict(programme, examination, person, year, on)).collect();
    Ok(Explanation { programme: programme.id.clone(), on, year, age, verdicts })
}

fn verdict(programme: &Programme, examination: &Examination, person: &Person, year: FiscalYear, on: Date) -> Verdict {
    let tested = rules::tested(programme, examination, person, year, on);
    let next = next::year(programme, examination, person, year, on, &tested);
    Verdict { examination: examination.id.clone(), name: examination.name.clone(), english: examination.english.clone(), tested, next }
}
