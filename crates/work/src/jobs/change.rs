//! Cancelling, resuming, approving. Whoever lets work go on or begin must be permitted that work.

use access::{Action, Caller};
use diesel::prelude::*;
use protocol::messages::jobs::{Job, JobState};
use store::Tx;
use vocabulary::{Id128, Purpose};

use super::people::check_second_person;
use super::start::named;
use super::table::{Bound, job, job_row, needs};
use super::{JobError, Jobs, holder};

/// What a person does to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Stop it. One that somebody has stopped already is not in a state for this.
    Cancel,
    /// The same in an act of this time, which can be taken back; in milliseconds since 1970 UTC.
    CancelAt(i64),
    /// Let it go on from where it stood.
    Resume,
    /// Take back what the same person's act of this time stopped, where nobody has let it go on or stopped it anew since.
    TakeBack(i64),
    /// Let it begin, as the second person.
    Approve,
}

impl Change {
    /// In the record of use.
    const fn as_str(self) -> &'static str {
        match self {
            Change::Cancel | Change::CancelAt(_) => "cancelled",
            Change::Resume | Change::TakeBack(_) => "resumed",
            Change::Approve => "approved",
        }
    }
}

impl Jobs {
    /// Changes a job, with an entry in the record of use under this action.
    pub async fn change(&self, caller: &Caller, action: Action, id: Id128, change: Change) -> Result<Job, JobError> {
        if !self.allows(caller, &action) {
            return Err(JobError::NotPermitted);
        }
        let (jobs, by) = (self.clone(), caller.clone());
        let changed = self.room().change(caller, action, move |tx, record| {
            jobs.within(tx, &by, id)?;
            let approved = if change == Change::Approve { jobs.summary_of(tx, id)? } else { None };
            match approved {
                Some(summary) => record.note(format!("job {id}: {}, of {summary}", change.as_str())),
                None => record.note(format!("job {id}: {}", change.as_str())),
            }
            match change {
                Change::Cancel => jobs.cancel(tx, id, &by)?,
                Change::CancelAt(at) => jobs.cancel_at(tx, id, &by, at)?,
                Change::Resume => jobs.resume(tx, id, &by)?,
                // One that somebody still runs has heard of it, and stops at its next portion.
                Change::TakeBack(at) if stopped(tx, id)? == Some((named(&by), at)) => jobs.resume(tx, id, &by)?,
                Change::TakeBack(_) => return Err(JobError::NotNow(state(tx, id)?.as_str())),
                Change::Approve => jobs.approve(tx, id, &by)?,
            }
            jobs.look_at(tx, &by, id)
        });
        let job = changed.await?;
        self.ring();
        Ok(job)
    }

    /// What was asked for, in a line for the record of use.
    fn summary_of(&self, tx: &mut Tx, id: Id128) -> Result<Option<String>, JobError> {
        let (kind, asked) = self.asked_in(tx, id)?;
        Ok(self.kind(&kind).zip(asked).and_then(|(kind, asked)| kind.summarize(&asked)))
    }

    /// Stops a job: at once when nobody runs it, at its next portion when somebody does. What its portions did stays done, and one that
    /// has begun to change what holds is no longer stopped. A failed one is given up, and what one has shown or kept
    /// aside goes. One that was stopped already stays whose it is.
    pub fn cancel(&self, tx: &mut Tx, id: Id128, by: &Caller) -> Result<(), JobError> {
        self.cancel_at(tx, id, by, self.now_ms())
    }

    fn cancel_at(&self, tx: &mut Tx, id: Id128, by: &Caller, at: i64) -> Result<(), JobError> {
        let state = state(tx, id)?;
        if has_ended(state) {
            return Err(JobError::NotNow(state.as_str()));
        }
        Marks::read(tx, id)?.refuse_cancel()?;
        let is_run = state == JobState::Running && self.is_held(tx, id)?;
        if is_run && stopped(tx, id)?.is_some() {
            return Err(JobError::NotNow(JobState::Cancelled.as_str()));
        }
        let act = (job::cancelled_by.eq(Some(named(by))), job::cancelled_at.eq(Some(at)));
        diesel::update(job_row(id)).set(act).execute(tx)?;
        if is_run {
            diesel::update(job_row(id)).set(job::cancel.eq(1)).execute(tx)?;
            return Ok(());
        }
        self.end_cancelled(tx, id)
    }

    pub(super) fn end_cancelled(&self, tx: &mut Tx, id: Id128) -> Result<(), JobError> {
        self.drop_aside(tx, id)?;
        let changes = (
            job::state.eq(JobState::Cancelled.as_str()),
            job::cancel.eq(0),
            job::lease.eq(None::<Vec<u8>>),
            job::finished_at.eq(Some(self.now_ms())),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Lets a job go on that was previewed, refused, failed or cancelled, from where it stood; one that waits is due now. One that was cancelled before a
    /// second person had approved it waits for that person again, and so does one that begins anew: what they approved may be something else by then. Of the command line, only the command lets one go on.
    pub fn resume(&self, tx: &mut Tx, id: Id128, by: &Caller) -> Result<(), JobError> {
        self.check_permitted(tx, id, by)?;
        match state(tx, id)? {
            JobState::Waiting | JobState::Previewed | JobState::Refused | JobState::Failed | JobState::Cancelled => {}
            JobState::Running => {
                if !self.is_held(tx, id)? {
                    Marks::read(tx, id)?.refuse_resume()?;
                }
                // A cancelling that it has not heard of yet is taken back.
                diesel::update(job_row(id)).set(not_stopped()).execute(tx)?;
                return Ok(());
            }
            other => return Err(JobError::NotNow(other.as_str())),
        }
        Marks::read(tx, id)?.refuse_resume()?;
        self.go_on(tx, id)
    }

    pub(super) fn go_on(&self, tx: &mut Tx, id: Id128) -> Result<(), JobError> {
        let before = state(tx, id)?;
        self.ask_second_person(tx, id, before != JobState::Waiting)?;
        let (needs_approval, approved_by): (i16, Option<String>) = job_row(id).select((job::needs_approval, job::approved_by)).first(tx)?;
        let is_unapproved = needs_approval == needs::NOW && approved_by.is_none();
        let to = if is_unapproved { JobState::AwaitingApproval } else { JobState::Waiting };
        let changes = (
            job::state.eq(to.as_str()),
            job::failures.eq(0),
            job::failing_since.eq(None::<i64>),
            not_stopped(),
            job::next_attempt_at.eq(self.now_ms()),
            job::finished_at.eq(None::<i64>),
        );
        let is_shown = is_unapproved && before == JobState::Previewed;
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        // whoever approves it sees what it would bring
        if !is_shown {
            diesel::update(job_row(id)).set(job::outcome.eq(None::<Vec<u8>>)).execute(tx)?;
        }
        Ok(())
    }

    /// Why a job in its state cannot be cancelled or resumed by a person, none where it can; and whether one can cancel it: a failed one that only its
    /// command resumes, too. For whoever shows it.
    pub async fn hindrance(&self, job: &Job) -> Result<(Option<JobError>, bool), JobError> {
        let (id, state) = (job.id, job.state);
        let marks =
            self.room().count(move |tx| Marks::read(tx, id).map(|Marks { must_end, by_hand, has_input }| [must_end, by_hand, has_input]));
        let [must_end, by_hand, has_input] = marks.await?;
        let marks = Marks { must_end, by_hand, has_input };
        let hindrance = match state {
            JobState::Waiting | JobState::Running | JobState::AwaitingApproval => marks.refuse_cancel().err(),
            JobState::Previewed | JobState::Refused | JobState::Failed | JobState::Cancelled => marks.refuse_resume().err(),
            JobState::Done => None,
        };
        Ok((hindrance, !has_ended(state) && marks.refuse_cancel().is_ok()))
    }

    /// Why this caller is no second person for a job, for whoever shows it; none where they are one.
    pub async fn no_second_person(&self, job: &Job, by: &Caller) -> Result<Option<JobError>, JobError> {
        let (asked_by, by) = (job.asked_by.clone(), by.clone());
        let judged = self.room().count(move |tx| match check_second_person(tx, &asked_by, &by) {
            Ok(()) => Ok([false, false]),
            Err(JobError::SamePerson) => Ok([true, false]),
            Err(JobError::NotTwoPeople) => Ok([false, true]),
            Err(error) => Err(error),
        });
        let [is_same, is_unsure] = judged.await?;
        Ok(is_same.then_some(JobError::SamePerson).or(is_unsure.then_some(JobError::NotTwoPeople)))
    }

    /// Whether a caller may ask for the work of this job, for what it was asked for → the caller for that purpose.
    pub fn asker_of(&self, job: &Job, caller: &Caller) -> Option<Caller> {
        self.asker(&job.kind, job.purpose.parse().ok()?, caller)
    }

    /// Whether a caller may ask for a kind of work, for a purpose → the caller for that purpose. For a kind that this program does not know, nobody
    /// may.
    fn asker(&self, kind: &str, purpose: Purpose, caller: &Caller) -> Option<Caller> {
        let action = self.kind(kind)?.action;
        Some(caller.for_purpose(purpose)).filter(|caller| self.allows(caller, &action))
    }

    /// Lets a job begin that waits for a second person, whose name is sealed with what was asked (C-III-3-R2-PMH-6).
    pub fn approve(&self, tx: &mut Tx, id: Id128, by: &Caller) -> Result<(), JobError> {
        match state(tx, id)? {
            JobState::AwaitingApproval => {}
            other => return Err(JobError::NotNow(other.as_str())),
        }
        self.check_permitted(tx, id, by)?;
        let (bound, plain) = self.bound_input(tx, id)?;
        check_second_person(tx, &bound.asked_by, by)?;
        self.rebind(tx, id, Bound { approved_by: Some(named(by)), ..bound }, &plain)?;
        let changes = (job::state.eq(JobState::Waiting.as_str()), job::outcome.eq(None::<Vec<u8>>), job::next_attempt_at.eq(self.now_ms()));
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Whoever lets a job go on or begin, or takes what it wrote, may ask for its kind of work, for the purpose for which it was asked for.
    pub(super) fn check_permitted(&self, tx: &mut Tx, id: Id128, by: &Caller) -> Result<(), JobError> {
        let of: Option<(String, String)> = job_row(id).select((job::kind, job::purpose)).first(tx).optional()?;
        let (kind, purpose) = of.ok_or(JobError::Unknown)?;
        let purpose: Purpose = purpose.parse().map_err(|_| wire::Damaged("the purpose of a job"))?;
        self.asker(&kind, purpose, by).map(drop).ok_or(JobError::NotPermitted)
    }

    fn is_held(&self, tx: &mut Tx, id: Id128) -> Result<bool, JobError> {
        let (holder, until): (String, i64) = job_row(id).select((job::holder, job::lease_until)).first(tx)?;
        Ok(until > self.now_ms() && !holder::is_gone(&holder))
    }
}

/// Whether there is nothing left of a job to cancel.
const fn has_ended(state: JobState) -> bool {
    matches!(state, JobState::Done | JobState::Refused | JobState::Cancelled)
}

/// The columns of a job that nobody has had stopped.
fn not_stopped() -> NotStopped {
    (job::cancel.eq(0), job::cancelled_by.eq(None), job::cancelled_at.eq(None))
}

type NotStopped = (
    diesel::dsl::Eq<job::cancel, i16>,
    diesel::dsl::Eq<job::cancelled_by, Option<String>>,
    diesel::dsl::Eq<job::cancelled_at, Option<i64>>,
);

/// Who had a job stopped, and when; none while it is not, or was left.
fn stopped(tx: &mut Tx, id: Id128) -> Result<Option<(String, i64)>, JobError> {
    let stopped = job_row(id).filter(job::state.eq(JobState::Cancelled.as_str()).or(job::cancel.eq(1)));
    let act: Option<(Option<String>, Option<i64>)> = stopped.select((job::cancelled_by, job::cancelled_at)).first(tx).optional()?;
    Ok(act.and_then(|(by, at)| by.zip(at)))
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
