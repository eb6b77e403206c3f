//! The inner loop: blocks of residents that fit the first cache, one pass for each rule and word, no branch that depends on a person.

use super::{Plan, Word};
use crate::columns::{History, Population, WIDTH, after};
use crate::plan::PlanError;

/// Ages of a table, from -1 to 254.
pub(super) const AGES: usize = 256;

/// Residents of a block.
pub(super) const BLOCK: usize = 1024;

/// A block after all rules.
pub(super) struct Block<'b> {
    /// Place of its first resident.
    pub(super) start: usize,
    /// Its residents.
    pub(super) length: usize,
    /// Examinations each is due for, word by word; beyond the length they mean nothing.
    pub(super) due: &'b [[u32; BLOCK]],
}

impl Block<'_> {
    /// Calls with the place in the block of everybody who is due for something.
    pub(super) fn each_due(&self, mut each: impl FnMut(usize)) {
        match self.due {
            // Nearly every catalogue has one word.
            [only] => only.iter().take(self.length).enumerate().filter(|(_, due)| **due != 0).for_each(|(place, _)| each(place)),
            words => {
                let is_due = |place: &usize| words.iter().any(|due| due.get(*place).is_some_and(|due| *due != 0));
                (0..self.length).filter(is_due).for_each(each);
            }
        }
    }

    /// Calls with every slot that somebody is due for, the lowest first.
    pub(super) fn each_slot(&self, place: usize, mut each: impl FnMut(usize)) {
        for (word, due) in self.due.iter().enumerate() {
            let mut due = due.get(place).copied().unwrap_or(0);
            while due != 0 {
                each(word * WIDTH + due.trailing_zeros() as usize);
                due &= due - 1;
            }
        }
    }
}

impl Plan {
    pub(super) fn fits(&self, history: &History) -> Result<(), PlanError> {
        if history.slots() == &self.slots { Ok(()) } else { Err(PlanError::OtherCatalogue) }
    }

    /// Runs residents `start..end` through the rules, block by block.
    pub(super) fn scan(&self, population: &Population, history: &History, start: usize, end: usize, mut each: impl FnMut(Block<'_>)) {
        let mut places = [0_u16; BLOCK];
        let mut due = vec![[0_u32; BLOCK]; self.words.len()];
        let mut start = start;
        let end = end.min(population.len());
        while start < end {
            let next = end.min(start + BLOCK);
            let Some(places) = places.get_mut(..next - start) else { return };
            self.places(population, start, next, places);
            for (number, (word, due)) in self.words.iter().zip(&mut due).enumerate() {
                let Some(due) = due.get_mut(..next - start) else { return };
                word.by_age_and_sex(places, due);
                self.not_done(history, (number, word), start, next, places, due);
                word.conditions(history, start, next, due);
            }
            each(Block { start, length: next - start, due: &due });
            start = next;
        }
    }

    /// Where each resident's sex and age are in the tables.
    fn places(&self, population: &Population, start: usize, end: usize, places: &mut [u16]) {
        let on = vocabulary::day::to_number(self.on);
        let reference = after(self.year).wrapping_add(10_000);
        let persons = part(&population.birth, start, end).iter().zip(part(&population.sex, start, end));
        let windows = part(&population.from, start, end).iter().zip(part(&population.to, start, end));
        for ((place, (birth, sex)), (from, to)) in places.iter_mut().zip(persons).zip(windows) {
            let age = (reference.wrapping_sub(*birth) / 10_000).clamp(0, AGES as i32 - 1);
            let sex = if *from <= on && on < *to { i32::from(*sex) } else { 3 };
            *place = (sex * AGES as i32 + age) as u16;
        }
        // The few who came back, in a period before.
        let first = population.former.partition_point(|(row, ..)| *row < start);
        let former = population.former.iter().skip(first).take_while(|(row, ..)| *row < end);
        for (row, from, to) in former {
            if let (true, Some(place)) = (*from <= on && on < *to, places.get_mut(row - start)) {
                let sex = population.sex.get(*row).copied().unwrap_or_default();
                *place = u16::from(sex) * AGES as u16 + *place % AGES as u16;
            }
        }
    }

    fn not_done(&self, history: &History, (number, word): (usize, &Word), start: usize, end: usize, places: &[u16], due: &mut [u32]) {
        for (examinations, done) in due.iter_mut().zip(part(history.year(self.year, number), start, end)) {
            *examinations &= !((done >> WIDTH) as u32);
        }
        for lookback in &word.lookbacks {
            let year = vocabulary::FiscalYear(self.year.0 - lookback.back);
            for ((examinations, place), done) in due.iter_mut().zip(places).zip(part(history.year(year, number), start, end)) {
                let age = usize::from(*place) % AGES;
                let same = lookback.examination.get(age).copied().unwrap_or(0) & *done as u32;
                let any = lookback.programme.get(age).copied().unwrap_or(0) & (done >> WIDTH) as u32;
                *examinations &= !(same | any);
            }
        }
    }
}

impl Word {
    fn by_age_and_sex(&self, places: &[u16], due: &mut [u32]) {
        for (examinations, place) in due.iter_mut().zip(places) {
            *examinations = self.due.get(usize::from(*place)).copied().unwrap_or(0);
        }
    }

    fn conditions(&self, history: &History, start: usize, end: usize, due: &mut [u32]) {
        for needed in &self.conditions {
            let known = part(history.fact(needed.fact), start, end);
            let (with, without) = due.split_at_mut(known.len().min(due.len()));
            for (examinations, (value, _)) in with.iter_mut().zip(known) {
                *examinations &= !(needed.bit * u32::from(*value < needed.at_least));
            }
            without.iter_mut().for_each(|examinations| *examinations &= !needed.bit);
        }
    }
}

/// A column's entries `start..end`, as far as it goes.
pub(super) fn part<T>(column: &[T], start: usize, end: usize) -> &[T] {
    column.get(start.min(column.len())..end.min(column.len())).unwrap_or_default()
}
