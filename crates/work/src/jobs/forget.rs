//! Upkeep: ending what nobody goes on with, and forgetting what has served its time.

use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use store::Tx;
use wire::Problem;

use super::lease::FailureKind;
use super::table::{id_of, job, job_file};
use super::{DAY_MS, FILES_KEPT_MS, JOBS_KEPT_DAYS, JobError, Jobs, files};

/// Dealt with in one transaction, of each.
const MOST: i64 = 100;
/// A command that has not gone on with its job for so long does not come back by itself.
const LEFT_AFTER_MS: i64 = DAY_MS;

impl Jobs {
    /// Ends jobs of the command line that were left, and forgets files and inputs that are over and jobs that ended long ago → how many.
    pub fn forget(&self, tx: &mut Tx) -> Result<usize, JobError> {
        Ok(self.end_left(tx)? + self.forget_files(tx)? + self.forget_inputs(tx)? + self.forget_jobs(tx)?)
    }

    /// Jobs of the command line that nobody has run for a day since they could be: cancelled, or failed where something holds already.
    fn end_left(&self, tx: &mut Tx) -> Result<usize, JobError> {
        let old = self.now_ms() - LEFT_AFTER_MS;
        let open = job::by_hand.eq(1).and(job::state.eq_any([JobState::Waiting, JobState::Running].map(JobState::as_str)));
        let left = job::table.filter(open.and(job::lease_until.le(old)).and(job::next_attempt_at.le(old))).limit(MOST);
        let left: Vec<(Vec<u8>, i16)> = left.select((job::id, job::must_end)).load(tx)?;
        for (id, must_end) in &left {
            let Some(id) = id_of(id) else { continue };
            if *must_end == 0 {
                self.end_cancelled(tx, id)?;
            } else {
                tracing::error!(alarm = "jobs", job = %id, "a command was not run again whose job had begun to change what holds");
                self.missed(tx, id, Problem::unavailable(JobError::ByHand.to_string()), FailureKind::ForGood)?;
            }
        }
        Ok(left.len())
    }

    fn forget_files(&self, tx: &mut Tx) -> Result<usize, JobError> {
        let over = job_file::table.filter(job_file::until.le(self.now_ms())).limit(MOST);
        let files: Vec<(Vec<u8>, String)> = over.select((job_file::job, job_file::name)).load(tx)?;
        for (of, name) in &files {
            files::forget(tx, of, name)?;
        }
        Ok(files.len())
    }

    /// What was asked of jobs that are over, or that nobody resumed.
    fn forget_inputs(&self, tx: &mut Tx) -> Result<usize, JobError> {
        let over = job::finished_at.le(self.now_ms() - FILES_KEPT_MS).and(job::input.is_not_null());
        let old: Vec<Vec<u8>> = job::table.filter(over).limit(MOST).select(job::id).load(tx)?;
        let nothing = (job::input.eq(None::<Vec<u8>>), job::checkpoint.eq(None::<Vec<u8>>));
        Ok(diesel::update(job::table.filter(job::id.eq_any(&old))).set(nothing).execute(tx)?)
    }

    /// Those that ended long ago, and those that nobody has approved since.
    fn forget_jobs(&self, tx: &mut Tx) -> Result<usize, JobError> {
        let long_ago = self.now_ms() - JOBS_KEPT_DAYS * DAY_MS;
        let unapproved = job::state.eq(JobState::AwaitingApproval.as_str()).and(job::created_at.le(long_ago));
        let old: Vec<Vec<u8>> = job::table.filter(job::finished_at.le(long_ago)).limit(MOST).select(job::id).load(tx)?;
        let never: Vec<Vec<u8>> = job::table.filter(unapproved).limit(MOST).select(job::id).load(tx)?;
        let gone: Vec<Vec<u8>> = old.into_iter().chain(never).collect();
        Ok(diesel::delete(job::table.filter(job::id.eq_any(&gone))).execute(tx)?)
    }
}
