//! Work rehearsed for a kill at any portion: portions of a few rows, one of which comes to nothing in each attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use store::StoreError;

use super::JobError;

/// For tests of jobs: how small portions are, and which of an attempt fails. Cheap to clone; a change holds for attempts that are under way.
#[derive(Clone, Debug)]
pub struct Rehearsal(Arc<Plan>);

#[derive(Debug)]
struct Plan {
    rows: usize,
    fails: AtomicUsize,
    /// Attempts that will end before what came of them is written down.
    cut: AtomicUsize,
}

impl Rehearsal {
    /// Portions of so many rows at most; none fails yet.
    pub fn of(rows: usize) -> Self {
        Self(Arc::new(Plan { rows, fails: AtomicUsize::new(0), cut: AtomicUsize::new(0) }))
    }

    /// From now on the n-th portion of each attempt, counted from 1, fails when all of it is done but its commit; with 0 none does.
    pub fn fail(&self, nth: usize) {
        self.0.fails.store(nth, Ordering::SeqCst);
    }

    /// The next so many attempts whose work comes to its end fail after their last portion is committed, before what came of them is written down.
    pub fn cut_short(&self, attempts: usize) {
        self.0.cut.store(attempts, Ordering::SeqCst);
    }

    /// Whether an attempt that came to its end fails all the same.
    pub(super) fn is_cut_short(&self) -> bool {
        self.0.cut.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }

    pub(super) fn rows(&self) -> usize {
        self.0.rows
    }

    /// Fails the portion of this place in its attempt, if it is the one.
    pub(super) fn portion(&self, place: usize) -> Result<(), JobError> {
        if self.0.fails.load(Ordering::SeqCst) == place { Err(StoreError::Busy("a rehearsal of a kill").into()) } else { Ok(()) }
    }
}
