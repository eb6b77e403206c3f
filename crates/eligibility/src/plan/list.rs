use std::io::{self, Write};

use rayon::prelude::*;
use vocabulary::ResidentNumber;

use super::Plan;
use super::padded::{Endings, Padded};
use crate::columns::{Eligible, History, Population};
use crate::plan::PlanError;

/// Residents whose lines are made by one thread at a time: their text stays in the second cache.
const STRETCH: usize = 1 << 12;

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
            block.each_due(|place| {
                let row = block.start + place;
                let age = population.age(row, self.year).unwrap_or_default();
                block.each_slot(place, |slot| {
                    if let Some((programme, examination)) = self.slots.examinations().get(slot) {
                        each(Eligible { row, programme, examination, age });
                    }
                });
            });
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
        out: &mut (impl Write + Send),
    ) -> Result<u64, WriteError> {
        self.fits(history)?;
        if numbers.len() != population.len() {
            return Err(WriteError::Numbers { numbers: numbers.len(), residents: population.len() });
        }
        out.write_all("住民番号,事業,検査,年齢\n".as_bytes())?;
        let endings = Endings::of(self.examinations());
        // Two sets of texts: while one is written, the next is made. Memory stays the same however large the city is.
        let together = rayon::current_num_threads().saturating_mul(4).max(1);
        let (mut writing, mut making) = (vec![Lines::default(); together], vec![Lines::default(); together]);
        let mut total = 0;
        for first in (0..population.len()).step_by(STRETCH * together) {
            let make = |(place, lines): (usize, &mut Lines)| {
                let start = first + place * STRETCH;
                self.make(population, history, numbers, &endings, start, lines);
            };
            let (written, ()) = rayon::join(|| write(out, &writing), || making.par_iter_mut().enumerate().for_each(make));
            written?;
            total += making.iter().map(|lines| lines.count).sum::<u64>();
            core::mem::swap(&mut writing, &mut making);
        }
        write(out, &writing)?;
        Ok(total)
    }

    fn make(
        &self,
        population: &Population,
        history: &History,
        numbers: &[ResidentNumber],
        endings: &Endings,
        start: usize,
        lines: &mut Lines,
    ) {
        lines.text.clear();
        lines.count = 0;
        self.scan(population, history, start, start + STRETCH, |block| {
            block.each_due(|place| {
                let Some(number) = numbers.get(block.start + place) else { return };
                let number = Padded::<16>::of(number.as_str().as_bytes());
                let age = population.age(block.start + place, self.year).unwrap_or_default();
                block.each_slot(place, |slot| {
                    number.put(&mut lines.text);
                    endings.put(slot, age, &mut lines.text);
                    lines.count += 1;
                });
            });
        });
    }
}

/// Lines of the output, and how many.
#[derive(Clone, Default)]
struct Lines {
    text: Vec<u8>,
    count: u64,
}

fn write(out: &mut impl Write, lines: &[Lines]) -> io::Result<()> {
    lines.iter().try_for_each(|lines| out.write_all(&lines.text))
}
