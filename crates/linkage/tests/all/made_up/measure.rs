//! Precision and recall of verdicts against the truth.

use super::{Kind, Record};
use linkage::Verdict;

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) records: usize,
    /// Records whose person stands in the register.
    pub(crate) in_register: usize,
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) review: usize,
    /// Reviews whose candidate is the person.
    pub(crate) review_right: usize,
    /// Wrong automatic verdicts about people outside the register.
    pub(crate) wrong_outside: usize,
}

impl Counts {
    pub(crate) fn of(records: &[Record], verdicts: &[Verdict]) -> Self {
        let mut counts = Self { records: records.len(), ..Self::default() };
        for (record, verdict) in records.iter().zip(verdicts) {
            counts.in_register += usize::from(record.truth.is_some());
            match verdict {
                Verdict::Match(found) if Some(found.row) == record.truth => counts.right += 1,
                Verdict::Match(_) => {
                    counts.wrong += 1;
                    counts.wrong_outside += usize::from(record.kind != Some(Kind::Resident));
                }
                Verdict::Review(found, _) => {
                    counts.review += 1;
                    counts.review_right += usize::from(Some(found.row) == record.truth);
                }
                Verdict::None => {}
            }
        }
        counts
    }

    pub(crate) fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    pub(crate) fn recall(&self) -> f64 {
        self.right as f64 / self.in_register.max(1) as f64
    }

    pub(crate) fn recall_with_review(&self) -> f64 {
        (self.right + self.review_right) as f64 / self.in_register.max(1) as f64
    }

    pub(crate) fn review_share(&self) -> f64 {
        self.review as f64 / self.records.max(1) as f64
    }
}
