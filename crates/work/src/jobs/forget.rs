//! Forgetting what has served its time.

use diesel::prelude::*;
use store::Tx;

use super::table::{job, job_file, job_file_part};
use super::{DAY_MS, JOBS_KEPT_DAYS, JobError, Jobs};

/// Forgotten in one transaction.
const MOST: i64 = 100;

impl Jobs {
    /// Forgets files that are over, and jobs that ended long ago → how many of both.
    pub fn forget(&self, tx: &mut Tx) -> Result<usize, JobError> {
        let now = self.now_ms();
        let files: Vec<(Vec<u8>, String)> =
            job_file::table.filter(job_file::until.le(now)).limit(MOST).select((job_file::job, job_file::name)).load(tx)?;
        for (of, name) in &files {
            diesel::delete(job_file_part::table.filter(job_file_part::job.eq(of).and(job_file_part::name.eq(name)))).execute(tx)?;
            diesel::delete(job_file::table.find((of, name))).execute(tx)?;
        }
        let old: Vec<Vec<u8>> =
            job::table.filter(job::finished_at.le(now - JOBS_KEPT_DAYS * DAY_MS)).limit(MOST).select(job::id).load(tx)?;
        diesel::delete(job::table.filter(job::id.eq_any(&old))).execute(tx)?;
        Ok(files.len() + old.len())
    }
}
