//! The rules of a catalogue for one fiscal year and one day, compiled to tables that the columns run through.

mod compile;
mod count;
mod list;
mod padded;
mod scan;

use vocabulary::{Date, FiscalYear};

pub use count::Counts;
pub use list::WriteError;
use scan::AGES;

use crate::columns::Slots;

/// Compiled rules: see [`Plan::compile`].
#[derive(Debug, Clone)]
pub struct Plan {
    year: FiscalYear,
    on: Date,
    slots: Slots,
    /// The rules of 32 examinations each, in the order of the slots.
    words: Vec<Word>,
}

/// The rules of the examinations whose bits are in one word.
#[derive(Debug, Clone)]
struct Word {
    /// Examinations by sex (0 to 2; 3 stands for "not resident") and age; the place is `sex * 256 + age + 1`, age -1 being the unborn.
    due: Box<[u32; 4 * AGES]>,
    /// Intervals, one for each year looked back.
    lookbacks: Vec<Lookback>,
    /// Facts that must be large enough.
    conditions: Vec<Needed>,
}

/// What an examination in the fiscal year `back` years ago keeps a person from, by age + 1.
#[derive(Debug, Clone)]
struct Lookback {
    back: i16,
    /// Examinations that the same examination keeps from.
    examination: Box<[u32; AGES]>,
    /// Examinations that any of the programme keeps from.
    programme: Box<[u32; AGES]>,
}

/// A fact that an examination needs.
#[derive(Debug, Clone)]
struct Needed {
    fact: usize,
    at_least: i32,
    bit: u32,
}

/// Why there is no plan, or it does not fit the columns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The history was made for a catalogue with other examinations.
    #[error("判定の準備が、別の検査の設定で行われています / the history was made for other examinations than the plan: recast it first")]
    OtherCatalogue,
    /// A programme that the catalogue does not have.
    #[error("{0}という事業はありません / there is no programme {0}")]
    UnknownProgramme(String),
}

impl Plan {
    /// The fiscal year whose targets it finds.
    pub fn year(&self) -> FiscalYear {
        self.year
    }

    /// The day on which people must be resident.
    pub fn on(&self) -> Date {
        self.on
    }

    /// Programme and examination of every column of the counts, in the order of the eligible output.
    pub fn examinations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.slots.examinations().iter().map(|(programme, examination)| (programme.as_str(), examination.as_str()))
    }
}
