//! Taking a job up, keeping it, and settling what came of an attempt.

use std::collections::HashSet;
use std::time::Duration;

use diesel::prelude::*;
use protocol::messages::jobs::{JobProgress, JobState};
use store::Tx;
use vocabulary::Id128;
use wire::Problem;

use super::look::JobOutcome;
use super::run::Leased;
use super::start::Kept;
use super::table::{cell, id_of, job, job_row};
use super::{JobError, Jobs, LEASE, holder};

/// The pause after a first failure; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);
/// Failures in a row, without a portion between them, after which nobody tries any more.
const MOST_FAILURES: i32 = 8;

/// Which job to take up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// The one that has waited longest, of those that are not done by hand.
    Next,
    /// This one, due or not.
    This(Id128),
}

/// An unfinished job.
#[derive(Queryable)]
struct Open {
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
        let open: Vec<Open> = job::table
            .filter(job::state.eq_any(states))
            .order((job::created_at, job::id))
            .select((job::id, job::kind, job::state, job::by_hand, job::next_attempt_at, job::holder, job::lease_until))
            .load(tx)?;
        let now = self.now_ms();
        let is_held = |job: &Open| job.state == JobState::Running.as_str() && job.lease_until > now && !holder::is_gone(&job.holder);
        let busy: HashSet<&str> = open.iter().filter(|job| is_held(job)).map(|job| job.kind.as_str()).collect();
        let wanted = open.iter().find(|job| {
            let named = match which {
                Which::Next => job.by_hand == 0 && (job.state == JobState::Running.as_str() || job.next_attempt_at <= now),
                Which::This(id) => job.id == id.as_bytes(),
            };
            named && kinds.contains(job.kind.as_str()) && !busy.contains(job.kind.as_str())
        });
        wanted.map(|job| id_of(&job.id).ok_or(JobError::Damaged("its id"))).transpose()
    }

    /// Takes a job up.
    pub(super) async fn lease(&self, which: Which, kinds: &HashSet<&'static str>) -> Result<Option<Leased>, JobError> {
        // looking costs no write
        let (jobs, known) = (self.clone(), kinds.clone());
        if self.room().raw().read(move |tx| jobs.candidate(tx, which, &known)).await?.is_none() {
            return Ok(None);
        }
        let (jobs, known) = (self.clone(), kinds.clone());
        let leased = self.room().raw().write(move |tx| {
            let Some(id) = jobs.candidate(tx, which, &known)? else { return Ok(None) };
            jobs.leased(tx, id).map(Some)
        });
        let leased = leased.await?;
        self.ring();
        Ok(leased)
    }

    fn leased(&self, tx: &mut Tx, id: Id128) -> Result<Leased, JobError> {
        let mine = job_row(id);
        let (now, lease) = (self.now_ms(), self.0.entropy.id128());
        type Row = (String, Option<Vec<u8>>, Option<Vec<u8>>, i32, Option<i64>, (i64, Option<i64>, String));
        let columns = (job::kind, job::input, job::checkpoint, job::attempts, job::started_at, (job::done, job::total, job::step));
        let (kind, input, checkpoint, attempts, started, progress): Row = mine.select(columns).first(tx)?;
        let changes = (
            job::state.eq(JobState::Running.as_str()),
            job::attempts.eq(attempts + 1),
            job::lease.eq(Some(lease.as_bytes().to_vec())),
            job::holder.eq(holder::this_process()),
            job::lease_until.eq(now + lease_ms()),
            job::started_at.eq(Some(started.unwrap_or(now))),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        let vault = self.room().vault();
        let kept = vault.open_cell(&cell(&id, "input"), &input.ok_or(JobError::Damaged("its input is gone"))?)?;
        let kept: Kept = serde_json::from_slice(&kept).map_err(|_| JobError::Damaged("its input"))?;
        let checkpoint = checkpoint.map(|sealed| vault.open_cell(&cell(&id, "checkpoint"), &sealed)).transpose()?;
        let (done, total, step) = progress;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(Leased {
            id,
            kind,
            lease,
            caller: kept.caller.restore().ok_or(JobError::Damaged("who asked"))?,
            input: kept.input,
            checkpoint: checkpoint.map(|plain| plain.to_vec()),
            progress: JobProgress { done: count(done), total: total.map(count), step },
        })
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

    /// Ends a job with its result.
    pub(super) fn done(&self, tx: &mut Tx, id: Id128, result: &serde_json::Value) -> Result<(), JobError> {
        let outcome = self.sealed(id, &JobOutcome::Result(result.clone()))?;
        let changes = (
            job::state.eq(JobState::Done.as_str()),
            job::outcome.eq(Some(outcome)),
            job::input.eq(None::<Vec<u8>>),
            job::checkpoint.eq(None::<Vec<u8>>),
            job::lease.eq(None::<Vec<u8>>),
            job::finished_at.eq(Some(self.now_ms())),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Ends an attempt that came to nothing: the job is refused, waits for its next attempt, or has failed too often.
    pub(super) fn missed(&self, tx: &mut Tx, id: Id128, problem: Problem) -> Result<(), JobError> {
        let failures: i32 = job_row(id).select(job::failures).first(tx)?;
        let failures = failures + 1;
        let passing = problem.status >= 500 || problem.status == 429;
        let state = match passing {
            false => JobState::Refused,
            true if failures >= MOST_FAILURES => JobState::Failed,
            true => JobState::Waiting,
        };
        let now = self.now_ms();
        let outcome = self.sealed(id, &JobOutcome::Problem(problem))?;
        let changes = (
            job::state.eq(state.as_str()),
            job::outcome.eq(Some(outcome)),
            job::failures.eq(failures),
            job::next_attempt_at.eq(now + pause_ms(failures)),
            job::lease.eq(None::<Vec<u8>>),
            job::finished_at.eq(state.is_final().then_some(now)),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    /// Gives a job back that is not at its end: cancelled, or for whoever comes next.
    pub(super) fn give_back(&self, tx: &mut Tx, id: Id128, cancelled: bool) -> Result<(), JobError> {
        let state = if cancelled { JobState::Cancelled } else { JobState::Waiting };
        let changes = (
            job::state.eq(state.as_str()),
            job::cancel.eq(0),
            job::lease.eq(None::<Vec<u8>>),
            job::finished_at.eq(cancelled.then(|| self.now_ms())),
        );
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        Ok(())
    }

    fn sealed(&self, id: Id128, outcome: &JobOutcome) -> Result<Vec<u8>, JobError> {
        let plain = serde_json::to_vec(outcome).map_err(|_| JobError::Unwritable)?;
        Ok(self.room().vault().seal(&cell(&id, "outcome"), &plain)?)
    }
}

/// Whether the lease is held and the job not cancelled, as this transaction sees it.
pub(super) fn held(tx: &mut Tx, id: Id128, lease: Id128) -> Result<(), JobError> {
    let now: Option<(Option<Vec<u8>>, i16)> = job_row(id).select((job::lease, job::cancel)).first(tx).optional()?;
    match now {
        Some((Some(current), _)) if current != lease.as_bytes() => Err(JobError::Lost),
        Some((Some(_), 0)) => Ok(()),
        Some((Some(_), _)) => Err(JobError::Cancelled),
        Some((None, _)) | None => Err(JobError::Lost),
    }
}

fn lease_ms() -> i64 {
    i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}

fn pause_ms(failures: i32) -> i64 {
    let doubled = FIRST_PAUSE.saturating_mul(1 << (failures - 1).clamp(0, 16));
    i64::try_from(doubled.min(LONGEST_PAUSE).as_millis()).unwrap_or(i64::MAX)
}
