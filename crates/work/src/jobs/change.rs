//! Cancelling, resuming, approving.

use access::{Action, Caller, CallerKind};
use diesel::prelude::*;
use protocol::messages::jobs::{Job, JobState};
use store::Tx;
use vocabulary::Id128;

use super::start::named;
use super::table::{Bound, bound, job, job_row};
use super::{JobError, Jobs, holder};

impl Jobs {
    /// Stops a job: at once when nobody runs it, at its next portion when somebody does. What its portions did stays done, and one that
    /// has begun to change what holds is no longer stopped. A failed one is given up.
    pub fn cancel(&self, tx: &mut Tx, id: Id128) -> Result<(), JobError> {
        let state = state(tx, id)?;
        match (state, Marks::read(tx, id)?.refuse_cancel()) {
            (JobState::Cancelled, _) => Ok(()),
            (JobState::Done | JobState::Refused, _) => Err(JobError::NotNow(state.as_str())),
            (_, Err(error)) => Err(error),
            (JobState::Running, Ok(())) if self.is_held(tx, id)? => {
                diesel::update(job_row(id)).set(job::cancel.eq(1)).execute(tx)?;
                Ok(())
            }
            _ => self.end_cancelled(tx, id),
        }
    }

    pub(super) fn end_cancelled(&self, tx: &mut Tx, id: Id128) -> Result<(), JobError> {
        let changes = (
            job::state.eq(JobState::Cancelled.as_str()),
            job::cancel.eq(0),
            job::lease.eq(None::<Vec<u8>>),
            job::finished_at.eq(Some(self.now_ms())),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Lets a job go on that was refused, failed or cancelled, from where it stood; one that waits is due now. One that was cancelled before a
    /// second person had approved it waits for that person again. Of the command line, only the command lets one go on.
    pub fn resume(&self, tx: &mut Tx, id: Id128) -> Result<(), JobError> {
        match state(tx, id)? {
            JobState::Waiting | JobState::Refused | JobState::Failed | JobState::Cancelled => {}
            JobState::Running => {
                if !self.is_held(tx, id)? {
                    Marks::read(tx, id)?.refuse_resume()?;
                }
                // A cancelling that it has not heard of yet is taken back.
                diesel::update(job_row(id)).set(job::cancel.eq(0)).execute(tx)?;
                return Ok(());
            }
            other => return Err(JobError::NotNow(other.as_str())),
        }
        Marks::read(tx, id)?.refuse_resume()?;
        self.go_on(tx, id)
    }

    pub(super) fn go_on(&self, tx: &mut Tx, id: Id128) -> Result<(), JobError> {
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

    /// Why a job in its state cannot be cancelled or resumed by a person, for whoever shows it; none where it can.
    pub async fn hindrance(&self, job: &Job) -> Result<Option<JobError>, JobError> {
        let (id, state) = (job.id, job.state);
        let marks =
            self.room().count(move |tx| Marks::read(tx, id).map(|Marks { must_end, by_hand, has_input }| [must_end, by_hand, has_input]));
        let [must_end, by_hand, has_input] = marks.await?;
        let marks = Marks { must_end, by_hand, has_input };
        Ok(match state {
            JobState::Waiting | JobState::Running | JobState::AwaitingApproval => marks.refuse_cancel().err(),
            JobState::Refused | JobState::Failed | JobState::Cancelled => marks.refuse_resume().err(),
            JobState::Done => None,
        })
    }

    /// Lets a job begin that waits for a second person, whose name is sealed with what was asked.
    pub fn approve(&self, tx: &mut Tx, id: Id128, by: &Caller) -> Result<(), JobError> {
        match state(tx, id)? {
            JobState::AwaitingApproval => {}
            other => return Err(JobError::NotNow(other.as_str())),
        }
        let (mut bound, input): (Bound, Option<Vec<u8>>) = job_row(id).select((bound!(), job::input)).first(tx)?;
        let vault = self.room().vault();
        let plain = bound.open(vault, id, &input.ok_or(JobError::Forgotten)?)?;
        let by = named(by);
        if proved(&bound.asked_by) == proved(&by) {
            return Err(JobError::SamePerson);
        }
        bound.approved_by = Some(by);
        let input = bound.seal(vault, id, &plain)?;
        let changes = (
            job::state.eq(JobState::Waiting.as_str()),
            job::approved_by.eq(bound.approved_by),
            job::input.eq(Some(input)),
            job::next_attempt_at.eq(self.now_ms()),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Whether a caller may let this job go on or begin: whoever may ask for its kind of work, as `may` answers for the action of that. Of a kind
    /// that this program does not know, nobody. For the command line, whose operator asks for all work, there is nothing to ask.
    pub fn permitted(&self, tx: &mut Tx, id: Id128, may: &dyn Fn(&Action) -> bool) -> Result<(), JobError> {
        let kind: Option<String> = job_row(id).select(job::kind).first(tx).optional()?;
        let kind = kind.ok_or(JobError::Unknown)?;
        if self.kind(&kind).is_some_and(|kind| may(&kind.action)) { Ok(()) } else { Err(JobError::NotPermitted) }
    }

    fn is_held(&self, tx: &mut Tx, id: Id128) -> Result<bool, JobError> {
        let (holder, until): (String, i64) = job_row(id).select((job::holder, job::lease_until)).first(tx)?;
        Ok(until > self.now_ms() && !holder::is_gone(&holder))
    }
}

/// What is proved of a name: of the command line the account of the machine, and not the name that somebody gave there behind it.
fn proved(name: &str) -> &str {
    match name.strip_prefix(CallerKind::Operator.as_str()) {
        Some(operator) if operator.starts_with(' ') => name.split('/').next().unwrap_or(name),
        _ => name,
    }
}

fn state(tx: &mut Tx, id: Id128) -> Result<JobState, JobError> {
    let word: Option<String> = job_row(id).select(job::state).first(tx).optional()?;
    JobState::parse(&word.ok_or(JobError::Unknown)?).ok_or(wire::Damaged("the state of a job").into())
}

/// What a person can do to a job depends on, beside its state.
struct Marks {
    must_end: bool,
    by_hand: bool,
    has_input: bool,
}

impl Marks {
    fn read(tx: &mut Tx, id: Id128) -> Result<Self, JobError> {
        let columns = (job::must_end, job::by_hand, job::input.is_not_null());
        let marks: Option<(i16, i16, bool)> = job_row(id).select(columns).first(tx).optional()?;
        let (must_end, by_hand, has_input) = marks.ok_or(JobError::Unknown)?;
        Ok(Self { must_end: must_end != 0, by_hand: by_hand != 0, has_input })
    }

    fn refuse_cancel(&self) -> Result<(), JobError> {
        if self.must_end { Err(JobError::MustEnd) } else { Ok(()) }
    }

    fn refuse_resume(&self) -> Result<(), JobError> {
        match self {
            Self { has_input: false, .. } => Err(JobError::Forgotten),
            Self { by_hand: true, .. } => Err(JobError::ByHand),
            _ => Ok(()),
        }
    }
}
