use std::io::{self, Write};

use rayon::prelude::*;
use vocabulary::ResidentNumber;

use super::Plan;
use crate::columns::{Eligible, History, Population};
use crate::plan::PlanError;

/// Residents whose lines are written by one thread at a time: some megabytes of text.
const STRETCH: usize = 1 << 15;

/// Oldest age whose line endings are made in advance.
const OLDEST: i16 = 130;

/// Why the list could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The columns do not fit the plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// There is not one number for each resident.
    #[error("{numbers} resident numbers for {residents} residents")]
    Numbers {
        /// Numbers that were given.
        numbers: usize,
        /// Residents of the population.
        residents: usize,
    },
    /// The output cannot be written.
    #[error("cannot write the list: {0}")]
    Output(#[from] io::Error),
}

impl Plan {
    /// Tells every resident and examination that is due, in the order of the residents, then programme, then examination.
    pub fn list<'p>(&'p self, population: &Population, history: &History, mut each: impl FnMut(Eligible<'p>)) -> Result<(), PlanError> {
        self.fits(history)?;
        self.scan(population, history, 0, population.len(), |block| {
            for (place, &due) in block.due.iter().enumerate().filter(|(_, due)| **due != 0) {
                let row = block.start + place;
                let age = population.age(row, self.year).unwrap_or_default();
                for slot in slots(due) {
                    if let Some((programme, examination)) = self.slots.examinations().get(slot) {
                        each(Eligible { row, programme, examination, age });
                    }
                }
            }
        });
        Ok(())
    }

    /// Writes the eligible output (住民番号,事業,検査,年齢) and returns how many lines it has besides the header. `numbers` has the number of
    /// each resident of the population; when they are sorted, so is the output.
    pub fn write_csv(
        &self,
        population: &Population,
        history: &History,
        numbers: &[ResidentNumber],
        out: &mut impl Write,
    ) -> Result<u64, WriteError> {
        self.fits(history)?;
        if numbers.len() != population.len() {
            return Err(WriteError::Numbers { numbers: numbers.len(), residents: population.len() });
        }
        out.write_all("住民番号,事業,検査,年齢\n".as_bytes())?;
        let endings = Endings::of(self);
        let starts: Vec<usize> = (0..population.len()).step_by(STRETCH).collect();
        let mut total = 0;
        // A few stretches at a time, so that memory stays the same however large the city is.
        for together in starts.chunks(rayon::current_num_threads().saturating_mul(2).max(1)) {
            let lines = |start: &usize| self.lines(population, history, numbers, &endings, *start);
            let written: Vec<(Vec<u8>, u64)> = together.par_iter().map(lines).collect();
            for (text, lines) in written {
                out.write_all(&text)?;
                total += lines;
            }
        }
        Ok(total)
    }

    fn lines(&self, population: &Population, history: &History, numbers: &[ResidentNumber], endings: &Endings, start: usize) -> (Vec<u8>, u64) {
        let (mut text, mut lines) = (Vec::with_capacity(STRETCH * 64), 0);
        self.scan(population, history, start, start + STRETCH, |block| {
            let residents = block.due.iter().zip(numbers.iter().skip(block.start)).enumerate();
            for (place, (&due, number)) in residents.filter(|(_, (due, _))| **due != 0) {
                let number = number.as_str().as_bytes();
                let age = population.age(block.start + place, self.year).unwrap_or_default();
                for slot in slots(due) {
                    text.extend_from_slice(number);
                    endings.write(slot, age, &mut text);
                    lines += 1;
                }
            }
        });
        (text, lines)
    }
}

/// The places of the bits that are set, the lowest first.
fn slots(mut due: u32) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let slot = (due != 0).then_some(due.trailing_zeros() as usize)?;
        due &= due - 1;
        Some(slot)
    })
}

/// What follows the resident's number, made once for each examination and age.
struct Endings {
    names: Vec<String>,
    made: Vec<Vec<u8>>,
}

impl Endings {
    fn of(plan: &Plan) -> Self {
        let names: Vec<String> = plan.examinations().map(|(programme, examination)| format!(",{programme},{examination},")).collect();
        let made = names.iter().flat_map(|name| (0..=OLDEST).map(move |age| format!("{name}{age}\n").into_bytes())).collect();
        Self { names, made }
    }

    fn write(&self, slot: usize, age: i16, text: &mut Vec<u8>) {
        let made = usize::try_from(age).ok().filter(|age| *age <= OLDEST as usize);
        match made.and_then(|age| self.made.get(slot * (OLDEST as usize + 1) + age)) {
            Some(ending) => text.extend_from_slice(ending),
            None => {
                text.extend_from_slice(self.names.get(slot).map_or(&[], |name| name.as_bytes()));
                text.extend_from_slice(age.to_string().as_bytes());
                text.push(b'\n');
            }
        }
    }
}
