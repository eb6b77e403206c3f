//! What the rules look at in one person.

use vocabulary::{Date, FiscalYear};

use crate::Standing;

/// A person: standing in the register, what was examined, and facts such as the smoking index.
#[derive(Clone, Default)]
pub struct Person {
    /// Standing in the register.
    pub standing: Standing,
    /// Examinations, in any order.
    pub examined: Vec<Examined>,
    /// Facts, in any order; the latest of each counts.
    pub facts: Vec<KnownFact>,
}

/// An examination that was done, in whatever city or workplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Programme.
    pub programme: String,
    /// Examination; `None` when the record does not tell which.
    pub examination: Option<String>,
    /// 年度 it counts in.
    pub fiscal_year: FiscalYear,
    /// 受診日; an examination after the day asked about is not known yet on that day.
    pub on: Option<Date>,
}

/// A fact as it was known on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFact {
    /// Id of the fact in the catalogue.
    pub fact: String,
    /// Its value.
    pub value: i32,
    /// The day it was recorded.
    pub on: Date,
}

/// Personal: health data.
impl core::fmt::Debug for Person {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Person(…)")
    }
}
