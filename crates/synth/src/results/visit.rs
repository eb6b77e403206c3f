//! One attendance of a screening.

use vocabulary::{Date, FiscalYear};

use crate::{Facility, Person, dice::Dice};

/// Who was examined when and where; what every record type says about it.
pub(crate) struct Visit<'a> {
    pub(crate) person: &'a Person,
    pub(crate) year: FiscalYear,
    /// Age at the end of the fiscal year.
    pub(crate) age: i16,
    pub(crate) on: Date,
    /// The last day anything is known of.
    pub(crate) known_until: Date,
    pub(crate) facility: &'a Facility,
    /// By the check-up centre's bus rather than at a clinic.
    pub(crate) group: bool,
    /// 履歴番号 of this record.
    pub(crate) history: u32,
    /// Must need a detailed examination, so that every city has one.
    pub(crate) forced: bool,
    pub(crate) dice: Dice,
}

impl Visit<'_> {
    /// Whether this finding is made: by chance, or because it is forced.
    pub(crate) fn found(&mut self, per_mille: u32) -> bool {
        self.dice.per_mille(per_mille) || self.forced
    }

    /// 健(検)診整理番号.
    pub(crate) fn screening_number(&self, record: u16) -> String {
        format!("{}{record:02}{:08}", self.year, self.person.serial)
    }
}
