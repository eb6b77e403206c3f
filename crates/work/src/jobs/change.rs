//! Cancelling, resuming, approving.

use access::Caller;
use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use store::Tx;
use vocabulary::Id128;

use super::start::named;
use super::table::{job, job_row};
use super::{JobError, Jobs, holder};

impl Jobs {
    /// Stops a job: at once when nobody runs it, at its next portion when somebody does. What its portions did stays done.
    pub fn cancel(&self, tx: &mut Tx, id: Id128) -> Result<(), JobError> {
        let mine = job_row(id);
        match state(tx, id)? {
            JobState::Running if self.is_held(tx, id)? => {
                diesel::update(mine).set(job::cancel.eq(1)).execute(tx)?;
            }
            JobState::Waiting | JobState::Running | JobState::AwaitingApproval => {
                let changes =
                    (job::state.eq(JobState::Cancelled.as_str()), job::lease.eq(None::<Vec<u8>>), job::finished_at.eq(Some(self.now_ms())));
                diesel::update(mine).set(changes).execute(tx)?;
            }
            JobState::Cancelled => {}
            ended => return Err(JobError::NotNow(ended.as_str())),
        }
        Ok(())
    }

    /// Lets a job go on that was refused, failed or cancelled, from where it stood; one that waits is due now. One that was cancelled before a
    /// second person had approved it waits for that person again.
    pub fn resume(&self, tx: &mut Tx, id: Id128) -> Result<(), JobError> {
        match state(tx, id)? {
            JobState::Waiting | JobState::Refused | JobState::Failed | JobState::Cancelled => {}
            // A cancelling that it has not heard of yet is taken back.
            JobState::Running => {
                diesel::update(job_row(id)).set(job::cancel.eq(0)).execute(tx)?;
                return Ok(());
            }
            other => return Err(JobError::NotNow(other.as_str())),
        }
        let (needs_approval, approved_by): (i16, Option<String>) = job_row(id).select((job::needs_approval, job::approved_by)).first(tx)?;
        let to = if needs_approval != 0 && approved_by.is_none() { JobState::AwaitingApproval } else { JobState::Waiting };
        let changes = (
            job::state.eq(to.as_str()),
            job::failures.eq(0),
            job::failing_since.eq(None::<i64>),
            job::cancel.eq(0),
            job::outcome.eq(None::<Vec<u8>>),
            job::next_attempt_at.eq(self.now_ms()),
            job::finished_at.eq(None::<i64>),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Lets a job begin that waits for a second person.
    pub fn approve(&self, tx: &mut Tx, id: Id128, by: &Caller) -> Result<(), JobError> {
        let mine = job_row(id);
        match state(tx, id)? {
            JobState::AwaitingApproval => {}
            other => return Err(JobError::NotNow(other.as_str())),
        }
        let asked_by: String = mine.select(job::asked_by).first(tx)?;
        let by = named(by);
        if asked_by == by {
            return Err(JobError::SamePerson);
        }
        let changes = (job::state.eq(JobState::Waiting.as_str()), job::approved_by.eq(Some(by)), job::next_attempt_at.eq(self.now_ms()));
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    fn is_held(&self, tx: &mut Tx, id: Id128) -> Result<bool, JobError> {
        let (holder, until): (String, i64) = job_row(id).select((job::holder, job::lease_until)).first(tx)?;
        Ok(until > self.now_ms() && !holder::is_gone(&holder))
    }
}

fn state(tx: &mut Tx, id: Id128) -> Result<JobState, JobError> {
    let word: Option<String> = job_row(id).select(job::state).first(tx).optional()?;
    JobState::parse(&word.ok_or(JobError::Unknown)?).ok_or(JobError::Damaged("its state"))
}
