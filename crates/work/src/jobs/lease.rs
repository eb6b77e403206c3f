//! Taking a job up, keeping it, and settling what came of an attempt.

use std::collections::HashSet;
use std::time::Duration;

use access::Caller;
use diesel::prelude::*;
use line::Backoff;
use protocol::messages::jobs::{JobProgress, JobState};
use store::Tx;
use vocabulary::Id128;
use wire::{Problem, Stop};

use super::look::JobOutcome;
use super::position::{Files, JobPosition};
use super::run::LeasedJob;
use super::start::Kept;
use super::table::{Bound, bound, id_of, job, job_row, needs};
use super::{DAY_MS, JobError, Jobs, LEASE, holder};

/// The pause after a first failure; each further one doubles it.
const PAUSES: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5 * 60));
/// For so long a job is tried again without a portion between its failures.
const LONGEST_MS: i64 = DAY_MS;
/// So often the process that does a job may end without a portion between: what ends every process would keep the whole system from starting.
/// A machine that is switched off again and again does not come near it.
const DEATHS: i32 = 50;

/// Which job to take up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// The one that has waited longest, of those that are not done by hand.
    Next,
    /// This one, due or not.
    This(Id128),
}

/// What an attempt that came to nothing says of the next.
#[derive(Clone, Copy, Debug)]
pub(super) enum FailureKind {
    /// What was asked cannot be: whoever asked has to ask otherwise.
    Refused,
    /// It may go well later.
    Passing,
    /// It is no fault of what was asked, and will not go well by itself: another party refused its part, what is stored cannot be read.
    ForGood,
}

impl FailureKind {
    /// By the problem that an attempt met.
    pub(super) fn of(problem: &Problem) -> Self {
        match problem.status {
            // another party refused for good: its part of the rule is in `line`
            502 => Self::ForGood,
            429 | 500.. => Self::Passing,
            _ => Self::Refused,
        }
    }
}

/// Caller, input, where it stands.
type Opened = (Caller, serde_json::Value, JobPosition);

/// An unfinished job.
#[derive(Queryable)]
struct UnfinishedJob {
    id: Vec<u8>,
    kind: String,
    state: String,
    by_hand: i16,
    next_attempt_at: i64,
    holder: String,
    lease_until: i64,
}

impl Jobs {
    /// The job to take up next, if there is one that may be: of a kind that is known here and of which no other is being run.
    fn candidate(&self, tx: &mut Tx, which: Which, kinds: &HashSet<&'static str>) -> Result<Option<Id128>, JobError> {
        let states = [JobState::Waiting, JobState::Running].map(JobState::as_str);
        let open: Vec<UnfinishedJob> = job::table
            .filter(job::state.eq_any(states))
            .order((job::created_at, job::id))
            .select((job::id, job::kind, job::state, job::by_hand, job::next_attempt_at, job::holder, job::lease_until))
            .load(tx)?;
        let now = self.now_ms();
        let is_held =
            |job: &UnfinishedJob| job.state == JobState::Running.as_str() && job.lease_until > now && !holder::is_gone(&job.holder);
        let busy: HashSet<&str> = open.iter().filter(|job| is_held(job)).map(|job| job.kind.as_str()).collect();
        let wanted = open.iter().find(|job| {
            let named = match which {
                Which::Next => job.by_hand == 0 && (job.state == JobState::Running.as_str() || job.next_attempt_at <= now),
                Which::This(id) => job.id == id.as_bytes(),
            };
            named && id_of(&job.id).is_some() && kinds.contains(job.kind.as_str()) && !busy.contains(job.kind.as_str())
        });
        Ok(wanted.and_then(|job| id_of(&job.id)))
    }

    /// Takes a job up, unless `stop` is requested; one that cannot be read is failed, and the next taken up.
    pub(super) async fn lease(
        &self,
        which: Which,
        kinds: &HashSet<&'static str>,
        stop: Option<&Stop>,
    ) -> Result<Option<LeasedJob>, JobError> {
        // looking costs no write
        let (jobs, known) = (self.clone(), kinds.clone());
        if !self.room().count(move |tx| Ok::<_, JobError>(jobs.candidate(tx, which, &known)?.is_some())).await? {
            return Ok(None);
        }
        let (jobs, known, stop) = (self.clone(), kinds.clone(), stop.cloned());
        let leased = self.room().raw().write(move |tx| {
            // asked within the transaction: what a stop gave back before it is not taken up again by the runner that stops
            let goes_on = || stop.as_ref().is_none_or(|stop| !stop.is_requested());
            while goes_on()
                && let Some(id) = jobs.candidate(tx, which, &known)?
            {
                if let Some(leased) = jobs.leased(tx, id)? {
                    return Ok::<_, JobError>(Some(leased));
                }
            }
            Ok(None)
        });
        let leased = leased.await?;
        self.ring();
        Ok(leased)
    }

    /// Leases a job; none when it has to wait for a second person, or what is stored of it cannot be read.
    fn leased(&self, tx: &mut Tx, id: Id128) -> Result<Option<LeasedJob>, JobError> {
        let (now, lease) = (self.now_ms(), self.0.entropy.id128());
        if self.ask_second_person(tx, id, false)? == Some(needs::NOW) {
            let waits = (job::state.eq(JobState::AwaitingApproval.as_str()), job::lease.eq(None::<Vec<u8>>));
            diesel::update(job_row(id)).set(waits).execute(tx)?;
            return Ok(None);
        }
        type Row = (Bound, Option<Vec<u8>>, Option<Vec<u8>>, (String, i32, i32), Option<i64>, (i64, Option<i64>, String));
        let counts = (job::state, job::attempts, job::failures);
        let columns = (bound!(), job::input, job::checkpoint, counts, job::started_at, (job::done, job::total, job::step));
        let (bound, input, checkpoint, (state, attempts, failures), started, progress): Row = job_row(id).select(columns).first(tx)?;
        // nobody gave it back: whoever did it was ended in the middle
        let failures = if state == JobState::Running.as_str() { failures + 1 } else { failures };
        if failures >= DEATHS && state == JobState::Running.as_str() {
            tracing::error!(alarm = "jobs", job = %id, kind = bound.kind, "the process ended each time that it did this job");
            self.missed(tx, id, JobError::Deadly.into(), FailureKind::ForGood)?;
            return Ok(None);
        }
        let changes = (
            job::state.eq(JobState::Running.as_str()),
            job::attempts.eq(attempts + 1),
            job::failures.eq(failures),
            job::lease.eq(Some(lease.as_bytes().to_vec())),
            job::holder.eq(holder::this_process()),
            job::lease_until.eq(now + lease_ms()),
            job::started_at.eq(Some(started.unwrap_or(now))),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        let (caller, input, standing) = match self.opened(id, &bound, input, checkpoint) {
            Ok(opened) => opened,
            Err(error) => {
                tracing::error!(alarm = "jobs", job = %id, kind = bound.kind, %error, "a job cannot be read");
                self.missed(tx, id, error.into(), FailureKind::ForGood)?;
                return Ok(None);
            }
        };
        let (done, total, step) = progress;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let progress = JobProgress { done: count(done), total: total.map(count), step };
        Ok(Some(LeasedJob { id, kind: bound.kind, lease, caller, input, standing, progress }))
    }

    /// Who asked for what, and where it stands. What is not what was asked, or waits for somebody's approval, does not open.
    fn opened(&self, id: Id128, bound: &Bound, input: Option<Vec<u8>>, checkpoint: Option<Vec<u8>>) -> Result<Opened, JobError> {
        let vault = self.room().vault();
        let kept = bound.open(vault, id, &input.ok_or(wire::Damaged("the input of a job"))?)?;
        let standing = JobPosition::open(vault, id, checkpoint.as_deref())?;
        let is_approved = match bound.needs_approval {
            needs::NOBODY => true,
            needs::AFTER_SHOWING => !standing.has_shown,
            _ => bound.approved_by.is_some(),
        };
        if !is_approved {
            return Err(wire::Damaged("the approval of a job").into());
        }
        let kept: Kept = serde_json::from_slice(&kept).map_err(|_| wire::Damaged("the input of a job"))?;
        let caller = kept.caller.restore().ok_or(wire::Damaged("the caller of a job"))?;
        Ok((caller, kept.input, standing))
    }

    /// Keeps a lease that is held, and what is told of the progress.
    pub(super) fn renew(&self, tx: &mut Tx, id: Id128, progress: &JobProgress) -> Result<(), JobError> {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let changes = (
            job::lease_until.eq(self.now_ms() + lease_ms()),
            job::done.eq(number(progress.done)),
            job::total.eq(progress.total.map(number)),
            job::step.eq(&progress.step),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Ends a job with its result and the files that it wrote.
    pub(super) fn done(&self, tx: &mut Tx, id: Id128, result: serde_json::Value, files: Files) -> Result<(), JobError> {
        let outcome = JobOutcome::Result { result, files }.seal(self.room().vault(), id)?;
        let changes = (
            job::state.eq(JobState::Done.as_str()),
            job::outcome.eq(Some(outcome)),
            job::checkpoint.eq(None::<Vec<u8>>),
            job::lease.eq(None::<Vec<u8>>),
            job::finished_at.eq(Some(self.now_ms())),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Lets a job stop, with what the rest of it would bring. Where a second person has to approve it, they do so now: they see what.
    pub(super) fn previewed(&self, tx: &mut Tx, id: Id128, result: serde_json::Value) -> Result<(), JobError> {
        let needs_approval: i16 = job_row(id).select(job::needs_approval).first(tx)?;
        if needs_approval != needs::NOBODY {
            let (bound, plain) = self.bound_input(tx, id)?;
            self.rebind(tx, id, bound.unapproved(needs::NOW), &plain)?;
        }
        // its files are said by where it stands
        let outcome = JobOutcome::Result { result, files: Files::default() }.seal(self.room().vault(), id)?;
        let changes = (
            job::state.eq(JobState::Previewed.as_str()),
            job::outcome.eq(Some(outcome)),
            job::lease.eq(None::<Vec<u8>>),
            job::finished_at.eq(Some(self.now_ms())),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Ends an attempt that came to nothing: the job is refused, waits for its next attempt, or has failed.
    pub(super) fn missed(&self, tx: &mut Tx, id: Id128, problem: Problem, missing: FailureKind) -> Result<(), JobError> {
        if matches!(missing, FailureKind::Refused) {
            self.drop_aside(tx, id)?;
        }
        let now = self.now_ms();
        let (failures, since): (i32, Option<i64>) = job_row(id).select((job::failures, job::failing_since)).first(tx)?;
        let (failures, since) = (failures + 1, since.unwrap_or(now));
        let state = match missing {
            FailureKind::Refused => JobState::Refused,
            FailureKind::ForGood => JobState::Failed,
            FailureKind::Passing if since <= now - LONGEST_MS => JobState::Failed,
            FailureKind::Passing => JobState::Waiting,
        };
        let outcome = JobOutcome::Problem(problem).seal(self.room().vault(), id)?;
        let changes = (
            job::state.eq(state.as_str()),
            job::outcome.eq(Some(outcome)),
            job::failures.eq(failures),
            job::failing_since.eq(Some(since)),
            job::next_attempt_at.eq(now + pause_ms(failures)),
            job::lease.eq(None::<Vec<u8>>),
            job::finished_at.eq(state.is_final().then_some(now)),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Gives a job back that is not at its end: cancelled, or for whoever comes next.
    pub(super) fn give_back(&self, tx: &mut Tx, id: Id128, cancelled: bool) -> Result<(), JobError> {
        if cancelled {
            return self.end_cancelled(tx, id);
        }
        let changes = (job::state.eq(JobState::Waiting.as_str()), job::cancel.eq(0), job::lease.eq(None::<Vec<u8>>));
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }
}

/// Whether the lease is held and the job not cancelled, as this transaction sees it.
pub(super) fn held(tx: &mut Tx, id: Id128, lease: Id128) -> Result<(), JobError> {
    let now: Option<(Option<Vec<u8>>, i16, i16)> = job_row(id).select((job::lease, job::cancel, job::must_end)).first(tx).optional()?;
    match now {
        Some((Some(current), ..)) if current != lease.as_bytes() => Err(JobError::Lost),
        Some((Some(_), 1, 0)) => Err(JobError::Cancelled),
        Some((Some(_), ..)) => Ok(()),
        Some((None, ..)) | None => Err(JobError::Lost),
    }
}

fn lease_ms() -> i64 {
    i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}

fn pause_ms(failures: i32) -> i64 {
    i64::try_from(PAUSES.pause_after(u32::try_from(failures).unwrap_or(0)).as_millis()).unwrap_or(i64::MAX)
}
