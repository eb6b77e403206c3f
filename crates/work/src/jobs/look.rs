//! Looking at jobs.

use std::time::Duration;

use access::Caller;
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::Seen;
use protocol::messages::jobs::{Job, JobFile, JobProgress, JobState};
use serde::{Deserialize, Serialize};
use store::Tx;
use tokio::time::Instant;
use vault::Vault;
use vocabulary::Id128;
use wire::{Damaged, Problem};

use super::position::{Extent, Files, JobPosition};
use super::start::Kept;
use super::table::{Bound, bound, cell, id_of, job, job_row};
use super::{JobError, Jobs};

/// How often another process's changes are looked for while somebody waits.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
const DAMAGED: Damaged = Damaged("the outcome of a job");
/// The jobs of a list.
const MOST: i64 = 500;

/// What came of a job, or what its last attempt met: what lies sealed in `job.outcome`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum JobOutcome {
    /// With the files that it left.
    Result {
        result: serde_json::Value,
        files: Files,
    },
    Problem(Problem),
}

impl JobOutcome {
    pub(super) fn open(vault: &Vault, id: Id128, sealed: &[u8]) -> Result<Self, JobError> {
        let plain = vault.open_cell(&cell(&id, "outcome"), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| DAMAGED.into())
    }

    pub(super) fn seal(&self, vault: &Vault, id: Id128) -> Result<Vec<u8>, JobError> {
        let plain = serde_json::to_vec(self).map_err(|_| wire::Defect("a job that cannot be written"))?;
        Ok(vault.seal(&cell(&id, "outcome"), &plain)?)
    }
}

/// Result, problem, files.
type CameOf = (Option<serde_json::Value>, Option<Problem>, Files);

/// What is shown of a job.
#[derive(Queryable)]
struct JobRow {
    id: Vec<u8>,
    kind: String,
    state: String,
    asked_by: String,
    purpose: String,
    approved_by: Option<String>,
    checkpoint: Option<Vec<u8>>,
    outcome: Option<Vec<u8>>,
    work: (i64, Option<i64>, String),
    attempts: i32,
    next_attempt_at: i64,
    times: (i64, Option<i64>, Option<i64>),
}

macro_rules! shown {
    ($table:expr) => {
        $table.select((
            job::id,
            job::kind,
            job::state,
            job::asked_by,
            job::purpose,
            job::approved_by,
            job::checkpoint,
            job::outcome,
            (job::done, job::total, job::step),
            job::attempts,
            job::next_attempt_at,
            (job::created_at, job::started_at, job::finished_at),
        ))
    };
}

impl Jobs {
    /// A job as it is now.
    pub async fn find(&self, id: Id128) -> Result<Job, JobError> {
        let jobs = self.clone();
        self.room().raw().read(move |tx| jobs.find_in(tx, id)).await
    }

    /// A job as it is now, within a transaction.
    pub fn find_in(&self, tx: &mut Tx, id: Id128) -> Result<Job, JobError> {
        let row: Option<JobRow> = shown!(job_row(id)).first(tx).optional()?;
        self.shown(row.ok_or(JobError::Unknown)?)
    }

    /// A job that is the caller's to see.
    pub fn find_for(&self, tx: &mut Tx, caller: &Caller, id: Id128) -> Result<Job, JobError> {
        self.within(tx, caller, id)?;
        self.find_in(tx, id)
    }

    /// [`Jobs::find_for`] with what was asked for, as long as it is kept: whom that names is seen.
    pub fn look_at(&self, tx: &mut Tx, caller: &Caller, id: Id128) -> Result<Seen<Job>, JobError> {
        let mut job = self.find_for(tx, caller, id)?;
        let (kind, asked) = self.asked_in(tx, id)?;
        let people = self.kind(&kind).zip(asked.as_ref()).map(|(kind, asked)| kind.people_in(asked));
        job.asked = asked;
        Ok(Seen::people(people.unwrap_or_default(), job))
    }

    /// The kind of work, and what was asked for; none when that is forgotten, or was changed past this program.
    pub(super) fn asked_in(&self, tx: &mut Tx, id: Id128) -> Result<(String, Option<serde_json::Value>), JobError> {
        let row: Option<(Bound, Option<Vec<u8>>)> = job_row(id).select((bound!(), job::input)).first(tx).optional()?;
        let (bound, input) = row.ok_or(JobError::Unknown)?;
        let kept = input.and_then(|sealed| bound.open(self.room().vault(), id, &sealed).ok());
        let asked = kept.and_then(|kept| serde_json::from_slice(&kept).ok()).map(|Kept { input, .. }| input);
        Ok((bound.kind, asked))
    }

    /// Whether a job of a kind waits or is being run, within a transaction.
    pub fn is_open(&self, tx: &mut Tx, kind: &str) -> Result<bool, JobError> {
        let open = [JobState::Waiting, JobState::Running].map(JobState::as_str);
        let first = job::table.filter(job::kind.eq(kind).and(job::state.eq_any(open))).select(job::id);
        Ok(first.first::<Vec<u8>>(tx).optional()?.is_some())
    }

    /// Whether a job has come to an end, or is forgotten: only a person lets it go on.
    pub fn is_over(&self, tx: &mut Tx, id: Id128) -> Result<bool, JobError> {
        let state: Option<String> = job_row(id).select(job::state).first(tx).optional()?;
        Ok(state.and_then(|state| JobState::parse(&state)).is_none_or(JobState::is_final))
    }

    /// Whether a job needs what it has staged: it is not at its end, or is previewed or failed and goes on from there, and what was asked is not
    /// forgotten.
    pub fn keeps_staged(&self, tx: &mut Tx, id: Id128) -> Result<bool, JobError> {
        let row: Option<(String, bool)> = job_row(id).select((job::state, job::input.is_not_null())).first(tx).optional()?;
        let state = row.and_then(|(state, has_input)| JobState::parse(&state).filter(|_| has_input));
        Ok(state.is_some_and(|state| matches!(state, JobState::Previewed | JobState::Failed) || !state.is_final()))
    }

    /// The newest jobs that are the caller's to see, newest first.
    pub fn newest(&self, tx: &mut Tx, caller: &Caller) -> Result<Vec<Job>, JobError> {
        let newest = (job::created_at.desc(), job::id);
        let rows: Vec<JobRow> = match self.only_of(caller) {
            Some(theirs) => shown!(job::table.filter(job::municipality.eq(theirs))).order(newest).limit(MOST).load(tx)?,
            None => shown!(job::table).order(newest).limit(MOST).load(tx)?,
        };
        rows.into_iter().map(|row| self.shown(row)).collect()
    }

    /// To a city's party, a job in the nation's room that no party of that city asked for is unknown.
    pub(super) fn within(&self, tx: &mut Tx, caller: &Caller, id: Id128) -> Result<(), JobError> {
        let Some(theirs) = self.only_of(caller) else { return Ok(()) };
        let of: Option<Option<String>> = job_row(id).select(job::municipality).first(tx).optional()?;
        if of.flatten().is_some_and(|of| of == theirs) { Ok(()) } else { Err(JobError::Unknown) }
    }

    fn only_of(&self, caller: &Caller) -> Option<String> {
        let is_nation = self.room().name().municipality().is_none();
        caller.municipality().filter(|_| is_nation).map(|code| code.to_string())
    }

    fn shown(&self, row: JobRow) -> Result<Job, JobError> {
        let id = id_of(&row.id).ok_or(Damaged("the id of a job"))?;
        let state = JobState::parse(&row.state).ok_or(Damaged("the state of a job"))?;
        // A list shows the others, and this one with what is wrong with it.
        let (result, problem, files) = self.came_of(id, state, &row).unwrap_or_else(|error| (None, Some(error.into()), Files::default()));
        let file = |(name, extent): (&String, &Extent)| {
            Ok::<_, JobError>(JobFile { name: name.clone(), bytes: extent.bytes, until: instant(extent.until)? })
        };
        let files = files.at(self.now_ms()).map(file).collect::<Result<_, _>>()?;
        let (done, total, step) = row.work;
        let (created_at, started_at, finished_at) = row.times;
        Ok(Job {
            id,
            kind: row.kind,
            state,
            progress: JobProgress { done: count(done), total: total.map(count), step },
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            asked_by: row.asked_by,
            purpose: row.purpose,
            asked: None,
            approved_by: row.approved_by,
            created_at: instant(created_at)?,
            started_at: started_at.map(instant).transpose()?,
            next_attempt_at: (state == JobState::Waiting && row.attempts > 0).then(|| instant(row.next_attempt_at)).transpose()?,
            finished_at: finished_at.map(instant).transpose()?,
            result,
            problem: problem.map(Into::into),
            files,
        })
    }

    /// Its result, or the problem it met, and its files.
    fn came_of(&self, id: Id128, state: JobState, row: &JobRow) -> Result<CameOf, JobError> {
        let vault = self.room().vault();
        let outcome = row.outcome.as_deref().map(|sealed| JobOutcome::open(vault, id, sealed)).transpose()?;
        let files = || Ok::<_, JobError>(JobPosition::open(vault, id, row.checkpoint.as_deref())?.files);
        match (state, outcome) {
            (JobState::Done, Some(JobOutcome::Result { result, files })) => Ok((Some(result), None, files)),
            (JobState::Previewed | JobState::AwaitingApproval, Some(JobOutcome::Result { result, .. })) => {
                Ok((Some(result), None, files()?))
            }
            (JobState::Done | JobState::Previewed, _) | (_, Some(JobOutcome::Result { .. })) => Err(DAMAGED.into()),
            (_, Some(JobOutcome::Problem(problem))) => Ok((None, Some(problem), files()?)),
            (_, None) => Ok((None, None, files()?)),
        }
    }

    /// A job at its end, or as it is when there was no end within this time.
    pub async fn wait(&self, id: Id128, longest: Duration) -> Result<Job, JobError> {
        let until = Instant::now() + longest;
        let mut seen = self.watch();
        loop {
            seen.mark_unchanged();
            let job = self.find(id).await?;
            let left = until.saturating_duration_since(Instant::now());
            if job.state.is_final() || left.is_zero() || self.is_closed() {
                return Ok(job);
            }
            self.changed(&mut seen, left.min(LOOK_AGAIN)).await;
        }
    }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn instant(ms: i64) -> Result<Timestamp, JobError> {
    Timestamp::from_millisecond(ms).map_err(|_| wire::Damaged("a time of a job").into())
}
