//! What is known of the residents from earlier examinations: for every fiscal year a word a resident and 32 examinations, for every fact a
//! number.
//!
//! The low half of a word has a bit for each examination that was done, the high half the bits of all examinations of the programmes that
//! were: "done in the programme" and "done in the examination" are both one `and`.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use vocabulary::{Date, FiscalYear, day};

use super::{Slot, Slots};
use crate::Person;

/// Earlier examinations and facts, in columns beside a [`crate::Population`].
#[derive(Clone)]
pub struct History {
    slots: Slots,
    /// A column for each word of the slots; columns end with the last resident of whom anything is known.
    years: BTreeMap<FiscalYear, Vec<Vec<u64>>>,
    /// Value and day of each fact, in columns that end in the same way.
    facts: Vec<Vec<(i32, i32)>>,
}

impl History {
    /// Nothing known yet.
    pub fn new(catalogue: &Catalogue) -> Self {
        let slots = Slots::of(catalogue);
        let facts = vec![Vec::new(); slots.facts().len()];
        Self { slots, years: BTreeMap::new(), facts }
    }

    /// The slots of the catalogue it was made for.
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Marks an examination of a resident in a fiscal year.
    pub fn mark(&mut self, row: usize, year: FiscalYear, slot: &Slot) {
        let words = self.slots.words();
        let columns = self.years.entry(year).or_insert_with(|| vec![Vec::new(); words]);
        for (column, bits) in columns.iter_mut().zip(&slot.0).filter(|(_, bits)| **bits != 0) {
            if let Some(word) = at(column, row, 0) {
                *word |= bits;
            }
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
                self.mark(row, examined.fiscal_year, &slot);
            }
        }
        for known in person.facts.iter().filter(|known| known.on <= on) {
            if let Some(fact) = self.slots.fact(&known.fact) {
                self.know(row, fact, known.value, day::to_number(known.on));
            }
        }
    }

    /// The same history with the bits of another catalogue, for a dry run with examinations added or taken away.
    pub fn recast(&self, catalogue: &Catalogue) -> Self {
        let mut other = Self::new(catalogue);
        let moves = self.moves(&other.slots);
        for (year, columns) in &self.years {
            let known = columns.iter().map(Vec::len).max().unwrap_or(0);
            for row in 0..known {
                let word = |column: &Vec<u64>| column.get(row).copied().unwrap_or(0);
                let holds = |old: &Slot| columns.iter().zip(&old.0).all(|(column, bits)| word(column) & bits == *bits);
                moves.iter().filter(|(old, _)| holds(old)).for_each(|(_, new)| other.mark(row, *year, new));
            }
        }
        for (place, column) in self.slots.facts().iter().zip(&self.facts).filter_map(|(id, column)| Some((other.slots.fact(id)?, column))) {
            if let Some(to) = other.facts.get_mut(place) {
                to.clone_from(column);
            }
        }
        other
    }

    /// Which bits here mean which bits there: first the programmes, then the examinations.
    fn moves(&self, other: &Slots) -> Vec<(Slot, Slot)> {
        let pairs = self.slots.examinations().iter().flat_map(|(programme, examination)| {
            [None, Some(examination.as_str())]
                .map(|examination| Some((self.slots.slot(programme, examination)?, other.slot(programme, examination)?)))
        });
        pairs.flatten().collect()
    }

    /// One word of every resident in a fiscal year.
    pub(crate) fn year(&self, year: FiscalYear, word: usize) -> &[u64] {
        self.years.get(&year).and_then(|columns| columns.get(word)).map_or(&[], Vec::as_slice)
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
