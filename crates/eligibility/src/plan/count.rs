use super::Plan;
use crate::columns::{History, Population, WIDTH};
use crate::plan::PlanError;

/// Bits of a histogram: its counters stay in the first cache.
const PART: usize = 11;

/// How many residents are due for each examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    counts: Vec<(String, String, u64)>,
}

impl Counts {
    /// Programme, examination and how many, in the order of the eligible output.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        self.counts.iter().map(|(programme, examination, count)| (programme.as_str(), examination.as_str(), *count))
    }

    /// How many are due for an examination; `None` when it is not in the catalogue.
    pub fn of(&self, programme: &str, examination: &str) -> Option<u64> {
        self.iter().find(|(its, id, _)| *its == programme && *id == examination).map(|(_, _, count)| count)
    }

    /// Lines of the eligible output.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|(_, _, count)| count).sum()
    }
}

impl Plan {
    /// Counts the residents that are due for each examination.
    pub fn count(&self, population: &Population, history: &History) -> Result<Counts, PlanError> {
        self.fits(history)?;
        // People are counted by the set of their examinations, a few bits of it at a time; the sets are taken apart at the end.
        let parts = self.slots.examinations().chunks(WIDTH).map(|word| word.len().div_ceil(PART));
        let mut sets: Vec<_> = parts.map(|parts| vec![[[0_u32; 1 << PART]; 2]; parts]).collect();
        self.scan(population, history, 0, population.len(), |block| {
            for (due, sets) in block.due.iter().zip(&mut sets) {
                let due = due.get(..block.length).unwrap_or_default();
                for (part, counters) in sets.iter_mut().enumerate() {
                    let shift = part * PART;
                    let set = |examinations: u32| (examinations >> shift) as usize % (1 << PART);
                    let [even, odd] = counters;
                    // Two counters in turn: neighbours are often of one set, and a counter just written is slow to read.
                    let (pairs, rest) = due.as_chunks::<2>();
                    for &[one, other] in pairs {
                        add(even, set(one));
                        add(odd, set(other));
                    }
                    rest.iter().for_each(|one| add(even, set(*one)));
                }
            }
        });
        let count = |slot: usize| {
            let counters = sets.get(slot / WIDTH).and_then(|parts| parts.get(slot % WIDTH / PART)).into_iter().flatten();
            let sets = counters.flat_map(|counters| counters.iter().enumerate());
            sets.filter(|(set, _)| set >> (slot % WIDTH % PART) & 1 == 1).map(|(_, count)| u64::from(*count)).sum()
        };
        let named = self.slots.examinations().iter().enumerate();
        let counts = named.map(|(slot, (programme, examination))| (programme.clone(), examination.clone(), count(slot))).collect();
        Ok(Counts { counts })
    }
}

fn add(counters: &mut [u32; 1 << PART], set: usize) {
    if let Some(counter) = counters.get_mut(set) {
        *counter += 1;
    }
}
