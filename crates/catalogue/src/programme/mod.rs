//! 検診事業: a screening programme, its rules and where its results stand. Everything a city decides is in the file.

mod ages;
mod done;
mod fees;

use serde::Deserialize;
use vocabulary::{FiscalYear, Sex};

pub use ages::{AgeRange, Ages};
pub(crate) use done::DoneWhen;
pub use fees::{Circumstances, Exempt, ExemptWhen, Fees};

use crate::{Record, Trust};

/// A screening programme.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// English identifier: the 事業 of the eligible output.
    pub id: String,
    /// Japanese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// 事業番号 that its records bear.
    pub business_number: String,
    /// Who it is for.
    pub sex: SexRule,
    /// Where ages and sex are laid down.
    pub source: String,
    /// How far that may be relied on.
    pub trust: Trust,
    /// First fiscal year it is offered in; always, when absent.
    #[serde(default)]
    pub valid_from: Option<FiscalYear>,
    /// Last fiscal year it is offered in.
    #[serde(default)]
    pub valid_to: Option<FiscalYear>,
    /// 個別 (1) and 集団 (2), of code table `encounter_type`.
    pub settings: Vec<String>,
    /// Measured facts its conditions look at.
    #[serde(default, rename = "fact")]
    pub facts: Vec<Fact>,
    /// Its examinations.
    #[serde(rename = "examination")]
    pub examinations: Vec<Examination>,
    /// Where results stand.
    pub result: ResultSource,
    /// Where detailed examinations stand.
    pub follow_up: FollowUp,
    /// Co-payment exemptions.
    pub fees: Fees,
}

/// Sex a programme is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SexRule {
    /// Everybody.
    Any,
    /// Women (性別 2).
    Female,
    /// Men (性別 1).
    Male,
}

impl SexRule {
    /// Whether a person of this sex is meant. An unknown sex fits no programme of one sex.
    pub fn fits(self, sex: Sex) -> bool {
        match self {
            Self::Any => true,
            Self::Female => sex == Sex::Female,
            Self::Male => sex == Sex::Male,
        }
    }
}

/// A number known of a person from an earlier record, such as the smoking index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// English identifier, unique over all programmes.
    pub id: String,
    /// Japanese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Record type it is written in.
    pub record: u16,
    /// Item that holds it.
    pub item: String,
    /// Items whose product it is where that item is empty.
    #[serde(default)]
    pub product: Vec<String>,
    #[serde(skip)]
    pub(crate) places: (usize, Vec<usize>),
}

/// One examination (検査) of a programme.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examination {
    /// English identifier, unique in the programme: the 検査 of the eligible output.
    pub id: String,
    /// Japanese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Ages, by range …
    #[serde(default)]
    ages: Vec<AgeRange>,
    /// … or one by one ("reaching").
    #[serde(default)]
    reaching: Vec<i16>,
    /// How often.
    #[serde(default)]
    pub interval: Option<Interval>,
    /// A fact that must hold besides.
    #[serde(default)]
    pub condition: Option<Condition>,
    /// Which records show that it was done.
    pub(crate) done_when: DoneWhen,
    /// Ages at which the city goes beyond the national guideline (指針外).
    #[serde(default)]
    pub outside_guideline: Vec<AgeRange>,
    /// What an institution is paid, in yen: configuration of the city.
    pub unit_price: i64,
    /// What the person pays, in yen: configuration of the city.
    pub copay: i64,
}

/// 受診間隔: how long an examination keeps a person from the next.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Whether the same examination counts, or any of the programme.
    pub scope: IntervalScope,
    /// Once in so many fiscal years: 2 means not if examined in the previous fiscal year.
    pub years: u8,
    /// From this age on.
    #[serde(default)]
    pub from_age: i16,
    /// Where it is laid down.
    pub source: String,
}

/// What an interval looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalScope {
    /// The same examination.
    Examination,
    /// Any examination of the programme.
    Programme,
}

/// A fact that must be at least so large. An unknown fact does not fulfil it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Id of the fact.
    pub fact: String,
    /// Smallest value that fulfils it.
    pub at_least: i32,
    /// Where it is laid down.
    pub source: String,
}

/// Where the results of a programme stand and how they are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultSource {
    /// Record type.
    pub record: u16,
    /// Item of the fiscal year.
    pub fiscal_year: String,
    /// Item of the day of examination.
    pub examined_on: String,
    /// Item of the institution.
    pub institution: String,
    /// Item of the judgement.
    pub judgement: String,
    /// Judgements that need a detailed examination (要精検).
    pub needs_detailed: Vec<String>,
    /// Judgements that need guidance (要指導).
    pub needs_guidance: Vec<String>,
    /// Judgements that could not be made.
    pub unreadable: Vec<String>,
}

/// Where the detailed examination (精検) of a programme stands and how its judgement counts in the statistics.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// Record type.
    pub record: u16,
    /// Item of the day of examination.
    pub examined_on: String,
    /// Item of the institution.
    pub institution: String,
    /// Item that says whether the person attended.
    pub attendance: String,
    /// Item of the judgement.
    pub judgement: String,
    /// No abnormality.
    pub nothing: Vec<String>,
    /// The disease looked for, `early` included.
    pub found: Vec<String>,
    /// Of these, early.
    pub early: Vec<String>,
    /// Suspected or undetermined.
    pub suspected: Vec<String>,
    /// Another disease.
    pub other: Vec<String>,
}

impl Programme {
    /// Whether it is offered in a fiscal year.
    pub fn valid_in(&self, year: FiscalYear) -> bool {
        self.valid_from.is_none_or(|first| first <= year) && self.valid_to.is_none_or(|last| year <= last)
    }

    /// The examination of an id.
    pub fn examination(&self, id: &str) -> Option<&Examination> {
        self.examinations.iter().find(|examination| examination.id == id)
    }

    /// Whether a judgement needs a detailed examination (要精検).
    pub fn needs_detailed(&self, judgement: &str) -> bool {
        self.result.needs_detailed.iter().any(|value| value == judgement)
    }

    /// The examinations that a row of its result record shows as done; none when the person has not been examined yet.
    pub fn done_in<'p>(&'p self, row: &'p [&'p str]) -> impl Iterator<Item = &'p Examination> {
        self.examinations.iter().filter(move |examination| examination.done_when.holds(row))
    }

    /// Looks up the columns of everything it reads from rows; called once after the check that they exist.
    pub(crate) fn index(&mut self, record_of: impl Fn(u16) -> Option<Record>) {
        if let Some(record) = record_of(self.result.record) {
            self.examinations.iter_mut().for_each(|examination| examination.done_when.index(&record));
        }
        for fact in &mut self.facts {
            if let Some(record) = record_of(fact.record) {
                let product = fact.product.iter().filter_map(|item| record.place(item)).collect();
                fact.places = (record.place(&fact.item).unwrap_or(usize::MAX), product);
            }
        }
    }
}

impl Fact {
    /// The fact as a row of its record type tells it.
    pub fn read(&self, row: &[&str]) -> Option<i32> {
        let number = |place: &usize| row.get(*place).and_then(|text| text.parse::<i32>().ok());
        let (place, product) = &self.places;
        number(place).or_else(|| match product.as_slice() {
            [] => None,
            places => places.iter().map(number).try_fold(1_i32, |product, factor| product.checked_mul(factor?)),
        })
    }
}

impl Examination {
    /// The ages it is for.
    pub fn ages(&self) -> Ages {
        Ages::new(&self.ages, &self.reaching)
    }

    /// Whether the ages are single ones to be reached.
    pub fn is_by_reaching(&self) -> bool {
        !self.reaching.is_empty()
    }
}
