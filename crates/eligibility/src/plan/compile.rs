use std::array;

use catalogue::{Catalogue, Examination, IntervalScope, Programme};
use vocabulary::{Date, FiscalYear, Sex};

use super::{Lookback, Needed, Plan, PlanError, Word};
use crate::columns::{Slots, WIDTH};
use crate::plan::scan::AGES;

impl Plan {
    /// Compiles the rules of a catalogue for the targets of a fiscal year among those who are resident on a day.
    pub fn compile(catalogue: &Catalogue, year: FiscalYear, on: Date) -> Self {
        let slots = Slots::of(catalogue);
        let examinations: Vec<(&Programme, &Examination)> = catalogue.examinations().collect();
        let words = examinations.chunks(WIDTH).map(|examinations| Word::compile(examinations, &slots, year)).collect();
        Self { year, on, slots, words }
    }

    /// The same plan for one programme alone.
    pub fn only(mut self, programme: &str) -> Result<Self, PlanError> {
        let all = self.slots.slot(programme, None).ok_or_else(|| PlanError::UnknownProgramme(programme.to_owned()))?;
        for (word, bits) in self.words.iter_mut().zip(&all.0) {
            let keep = u32::try_from(bits >> WIDTH).unwrap_or_default();
            word.due.iter_mut().for_each(|examinations| *examinations &= keep);
        }
        Ok(self)
    }
}

impl Word {
    fn compile(examinations: &[(&Programme, &Examination)], slots: &Slots, year: FiscalYear) -> Self {
        let mut due = Box::new([0; 4 * AGES]);
        for (bit, (programme, examination)) in bits().zip(examinations).filter(|(_, (programme, _))| programme.valid_in(year)) {
            let ages = examination.ages();
            for sex in [Sex::Unknown, Sex::Male, Sex::Female].into_iter().filter(|sex| programme.sex.fits(*sex)) {
                let column = due.iter_mut().skip(sex as usize * AGES).take(AGES);
                column.zip(ages_of_table()).filter(|(_, age)| ages.hold(*age)).for_each(|(examinations, _)| *examinations |= bit);
            }
        }
        let conditions = bits().zip(examinations).filter_map(|(bit, (_, examination))| {
            let condition = examination.condition.as_ref()?;
            Some(Needed { fact: slots.fact(&condition.fact)?, at_least: condition.at_least, bit })
        });
        Self { due, lookbacks: lookbacks(examinations), conditions: conditions.collect() }
    }
}

fn lookbacks(examinations: &[(&Programme, &Examination)]) -> Vec<Lookback> {
    let years = examinations.iter().filter_map(|(_, examination)| examination.interval.as_ref().map(|interval| interval.years));
    let furthest = i16::from(years.max().unwrap_or(1)) - 1;
    let lookback = |back: i16| {
        let keeps_from = |scope: IntervalScope| {
            let mut by_age = Box::new([0; AGES]);
            for (bit, (_, examination)) in bits().zip(examinations) {
                let interval = examination.interval.as_ref().filter(|interval| interval.scope == scope && back < i16::from(interval.years));
                let Some(interval) = interval else { continue };
                let column = by_age.iter_mut().zip(ages_of_table());
                column.filter(|(_, age)| interval.from_age <= *age).for_each(|(examinations, _)| *examinations |= bit);
            }
            by_age
        };
        Lookback { back, examination: keeps_from(IntervalScope::Examination), programme: keeps_from(IntervalScope::Programme) }
    };
    (1..=furthest).map(lookback).collect()
}

/// The bit of every slot of a word, in order.
fn bits() -> impl Iterator<Item = u32> {
    (0..u32::BITS).map(|place| 1 << place)
}

/// The ages a table's places stand for. The last stands for every age beyond it.
fn ages_of_table() -> array::IntoIter<i16, AGES> {
    let mut age = -2;
    array::from_fn::<i16, AGES, _>(|_| {
        age += 1;
        age
    })
    .into_iter()
}
