//! A bit for every examination of the catalogue, in the order of the eligible output: 32 of them a word.

use catalogue::Catalogue;

/// Examinations of one word. In a [`crate::History`] a word has 64 bits: see there.
pub(crate) const WIDTH: usize = 32;

/// The examinations of a catalogue and the bits they have in a [`crate::History`], and its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    examinations: Vec<(String, String)>,
    facts: Vec<String>,
}

/// What a record of an examination sets, in every word: the bit of the examination, and the bits of all examinations of its programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot(pub(crate) Box<[u64]>);

impl Slots {
    /// The slots of a catalogue.
    pub fn of(catalogue: &Catalogue) -> Self {
        let examinations = catalogue.examinations().map(|(programme, one)| (programme.id.clone(), one.id.clone())).collect();
        let facts = catalogue.facts().map(|fact| fact.id.clone()).collect();
        Self { examinations, facts }
    }

    /// The slot of an examination. One that the catalogue does not have, or that a record does not tell, still counts as done in its
    /// programme. `None`: no such programme.
    pub fn slot(&self, programme: &str, examination: Option<&str>) -> Option<Slot> {
        let words = self.examinations.chunks(WIDTH).map(|word| {
            let of_programme = bits(word, |(its, _)| its == programme);
            let of_examination = bits(word, |(its, id)| its == programme && Some(id.as_str()) == examination);
            u64::from(of_programme) << WIDTH | u64::from(of_examination)
        });
        let slot = Slot(words.collect());
        slot.0.iter().any(|word| *word != 0).then_some(slot)
    }

    /// The place of a fact.
    pub fn fact(&self, id: &str) -> Option<usize> {
        self.facts.iter().position(|fact| fact == id)
    }

    /// How many words hold a bit for each examination.
    pub(crate) fn words(&self) -> usize {
        self.examinations.len().div_ceil(WIDTH)
    }

    /// Programme and examination of each bit, the lowest of the first word first.
    pub(crate) fn examinations(&self) -> &[(String, String)] {
        &self.examinations
    }

    pub(crate) fn facts(&self) -> &[String] {
        &self.facts
    }
}

fn bits(word: &[(String, String)], fits: impl Fn(&(String, String)) -> bool) -> u32 {
    word.iter().enumerate().filter(|(_, one)| fits(one)).fold(0, |bits, (place, _)| bits | 1 << place)
}
