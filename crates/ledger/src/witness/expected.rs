use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::LedgerError;
use crate::note::VerifierKey;

/// What a city expects of the witnesses of a room's record.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// Who cosigns its checkpoints.
    pub witnesses: Vec<VerifierKey>,
    /// Milliseconds for which the latest cosignature is good.
    pub within: i64,
    /// Whether nothing is recorded any more, and so nothing done, once it is older.
    pub is_required: bool,
}

/// The expectation of a room that was told one, and when a witness cosigned last.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    told: OnceLock<Expectation>,
    /// In milliseconds since 1970 UTC; where there was no cosignature, when the oldest checkpoint that is kept was signed, or of an empty log when it was
    /// told.
    last: AtomicI64,
}

impl Expected {
    pub(super) fn begin(&self, expectation: Expectation, last: i64) {
        self.last.store(last, Ordering::Release);
        // Told twice, the first word stands.
        let _ = self.told.set(expectation);
    }

    pub(super) fn saw(&self, at: i64) {
        self.last.fetch_max(at, Ordering::AcqRel);
    }

    /// Milliseconds since a witness cosigned last; none where no witness is expected.
    pub(super) fn age(&self, now: i64) -> Option<i64> {
        let is_expected = self.told.get().is_some_and(|told| !told.witnesses.is_empty());
        is_expected.then(|| now.saturating_sub(self.last.load(Ordering::Acquire)).max(0))
    }

    /// Whether the latest cosignature is older than is good.
    pub(super) fn is_overdue(&self, now: i64) -> bool {
        self.age(now).zip(self.told.get()).is_some_and(|(age, told)| age > told.within)
    }

    /// Refuses what would be recorded where a cosignature is required and overdue.
    pub(crate) fn allow(&self, now: i64) -> Result<(), LedgerError> {
        let is_required = self.told.get().is_some_and(|told| told.is_required);
        if is_required && self.is_overdue(now) { Err(LedgerError::Unwitnessed) } else { Ok(()) }
    }
}
