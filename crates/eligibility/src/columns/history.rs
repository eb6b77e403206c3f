//! What is known of the residents from earlier examinations: for every fiscal year a word a resident, for every fact a number.
//!
//! The low half of a word has a bit for each examination that was done, the high half the bits of all examinations of the programmes that
//! were: "done in the programme" and "done in the examination" are both one `and`.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use vocabulary::{Date, FiscalYear, day};

use super::{Slot, Slots};
use crate::{Person, PlanError};

/// Earlier examinations and facts, in columns beside a [`crate::Population`].
#[derive(Clone)]
pub struct History {
    slots: Slots,
    years: BTreeMap<FiscalYear, Vec<u64>>,
    /// Value and day of each fact; columns end with the last resident of whom anything is known.
    facts: Vec<Vec<(i32, i32)>>,
}

impl History {
    /// Nothing known yet.
    pub fn new(catalogue: &Catalogue) -> Result<Self, PlanError> {
        let slots = Slots::of(catalogue)?;
        let facts = vec![Vec::new(); slots.facts().len()];
        Ok(Self { slots, years: BTreeMap::new(), facts })
    }

    /// The slots of the catalogue it was made for.
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Marks an examination of a resident in a fiscal year.
    pub fn mark(&mut self, row: usize, year: FiscalYear, slot: Slot) {
        if let Some(word) = at(self.years.entry(year).or_default(), row, 0) {
            *word |= slot.0;
        }
    }

    /// Notes a fact (place from [`Slots::fact`]) as known on a day, yyyymmdd; an earlier day does not replace a later one.
    pub fn know(&mut self, row: usize, fact: usize, value: i32, on: i32) {
        let column = self.facts.get_mut(fact);
        if let Some(known) = column.and_then(|column| at(column, row, (i32::MIN, i32::MIN)))
            && known.1 <= on
        {
            *known = (value, on);
        }
    }

    /// Takes over everything of a person that is known on a day. What the catalogue does not name is left out.
    pub fn take(&mut self, row: usize, person: &Person, on: Date) {
        for examined in person.examined.iter().filter(|examined| examined.on.is_none_or(|day| day <= on)) {
            if let Some(slot) = self.slots.slot(&examined.programme, examined.examination.as_deref()) {
                self.mark(row, examined.fiscal_year, slot);
            }
        }
        for known in person.facts.iter().filter(|known| known.on <= on) {
            if let Some(fact) = self.slots.fact(&known.fact) {
                self.know(row, fact, known.value, day::to_number(known.on));
            }
        }
    }

    /// The same history with the bits of another catalogue, for a dry run with examinations added or taken away.
    pub fn recast(&self, catalogue: &Catalogue) -> Result<Self, PlanError> {
        let mut other = Self::new(catalogue)?;
        let moves: Vec<(u64, u64)> = self.moves(&other.slots);
        for (year, words) in &self.years {
            let moved = |word: &u64| moves.iter().filter(|(old, _)| word & old == *old).fold(0, |new, (_, bits)| new | bits);
            other.years.insert(*year, words.iter().map(moved).collect());
        }
        for (place, column) in self.slots.facts().iter().zip(&self.facts).filter_map(|(id, column)| Some((other.slots.fact(id)?, column))) {
            if let Some(to) = other.facts.get_mut(place) {
                to.clone_from(column);
            }
        }
        Ok(other)
    }

    /// Which bits here mean which bits there: first the programmes, then the examinations.
    fn moves(&self, other: &Slots) -> Vec<(u64, u64)> {
        let pairs = self.slots.examinations().iter().flat_map(|(programme, examination)| {
            [None, Some(examination.as_str())].map(|examination| {
                let old = self.slots.slot(programme, examination)?;
                Some((old.0, other.slot(programme, examination)?.0))
            })
        });
        pairs.flatten().collect()
    }

    pub(crate) fn year(&self, year: FiscalYear) -> &[u64] {
        self.years.get(&year).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn fact(&self, place: usize) -> &[(i32, i32)] {
        self.facts.get(place).map_or(&[], Vec::as_slice)
    }
}

/// The entry of a row, the column made long enough for it.
fn at<T: Clone>(column: &mut Vec<T>, row: usize, nothing: T) -> Option<&mut T> {
    if column.len() <= row {
        column.resize(row + 1, nothing);
    }
    column.get_mut(row)
}

/// Personal: health data.
impl core::fmt::Debug for History {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("History").field("years", &self.years.keys()).finish_non_exhaustive()
    }
}
