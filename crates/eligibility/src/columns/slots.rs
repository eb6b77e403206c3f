//! A bit for every examination of the catalogue, in the order of the eligible output.

use catalogue::Catalogue;

use crate::PlanError;

/// The examinations of a catalogue and the bits they have in a [`crate::History`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    examinations: Vec<(String, String)>,
    facts: Vec<String>,
}

/// What a record of an examination sets: the bit of the examination, and the bits of all examinations of its programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(pub(crate) u64);

impl Slots {
    /// Most examinations a catalogue may have: the bits of half a word.
    pub const MOST: usize = 32;

    /// The slots of a catalogue.
    pub fn of(catalogue: &Catalogue) -> Result<Self, PlanError> {
        let examinations: Vec<_> = catalogue.examinations().map(|(programme, one)| (programme.id.clone(), one.id.clone())).collect();
        let facts = catalogue.facts().map(|fact| fact.id.clone()).collect();
        if examinations.len() > Self::MOST {
            Err(PlanError::TooManyExaminations(examinations.len()))
        } else {
            Ok(Self { examinations, facts })
        }
    }

    /// The slot of an examination. One that the catalogue does not have, or that a record does not tell, still counts as done in its
    /// programme. `None`: no such programme.
    pub fn slot(&self, programme: &str, examination: Option<&str>) -> Option<Slot> {
        let of_programme = self.bits(|(its, _)| its == programme);
        let of_examination = self.bits(|(its, id)| its == programme && Some(id.as_str()) == examination);
        (of_programme != 0).then_some(Slot(u64::from(of_programme) << 32 | u64::from(of_examination)))
    }

    /// The place of a fact.
    pub fn fact(&self, id: &str) -> Option<usize> {
        self.facts.iter().position(|fact| fact == id)
    }

    /// Programme and examination of each bit, the lowest first.
    pub(crate) fn examinations(&self) -> &[(String, String)] {
        &self.examinations
    }

    pub(crate) fn facts(&self) -> &[String] {
        &self.facts
    }

    fn bits(&self, fits: impl Fn(&(String, String)) -> bool) -> u32 {
        self.examinations.iter().enumerate().filter(|(_, one)| fits(one)).fold(0, |bits, (place, _)| bits | 1 << place)
    }
}
