//! Doing jobs: in the background of a server, or in front of whoever sits at the command line.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::StatusCode;
use line::WireError;
use protocol::messages::jobs::{Job, JobState};
use store::{StoreError, Tx};
use tokio::task::JoinSet;
use tokio::time::Instant;
use vocabulary::Id128;
use wire::{Cause, Problem, Refusal, Stop};

use super::lease::{FailureKind, Which};
use super::rehearsal::Rehearsal;
use super::run::JobRun;
use super::{JobError, Jobs, LEASE};

/// Jobs of a room that one process runs at once, each of another kind.
const AT_ONCE: usize = 4;
/// How often other processes' jobs are looked for.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How often a job that runs is looked at, so that it hears of its cancellation.
const LISTEN: Duration = Duration::from_millis(250);
/// How often its progress is written down.
const WRITE_DOWN: Duration = Duration::from_secs(1);
const FORGET: Duration = Duration::from_secs(60 * 60);

/// What a handler comes to.
pub(super) type AttemptResult = Result<serde_json::Value, FailedAttempt>;
pub(super) type Handler = Arc<dyn Fn(JobRun) -> BoxFuture<'static, AttemptResult> + Send + Sync>;

/// An attempt that came to nothing.
pub(super) struct FailedAttempt {
    pub(super) problem: Box<Problem>,
    /// What went wrong, for whoever sits at the machine.
    pub(super) told: String,
}

impl FailedAttempt {
    pub(super) fn of(error: impl fmt::Display + Into<Problem>) -> Self {
        let told = error.to_string();
        Self { problem: Box::new(error.into()), told }
    }

    /// The same of an error of the work; another party that did not do its part is named in both languages.
    pub(super) fn of_work(error: impl Refusal) -> Self {
        let peer = match error.shared() {
            Some(Cause::Peer(error)) => Some(told_of_peer(error)),
            _ => None,
        };
        let missed = Self::of(error);
        match peer {
            Some(peer) => Self { problem: Box::new(missed.problem.telling(peer)), ..missed },
            None => missed,
        }
    }

    fn panicked() -> Self {
        let told = "the work ended in a panic; the log names its place".to_owned();
        Self { problem: Box::new(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", &*told)), told }
    }
}

/// Who did not do its part, and what becomes of the work.
fn told_of_peer(error: &WireError) -> String {
    let party = error.party();
    let japanese = party.kind().japanese;
    match error {
        WireError::NotReached { .. } | WireError::NoToken { .. } | WireError::Nowhere { .. } => format!(
            "{japanese}（{party}）に接続できません。相手のシステムと通信の状態を確認してください。しばらくしてから自動的にやり直します \
             / {party} is not reached: look at it and at the line. It is tried again by itself"
        ),
        WireError::Refused { problem, .. } => format!(
            "{japanese}（{party}）が受け付けませんでした（{}）。システム管理者に連絡してください / {party} refused its part: {}",
            problem.status,
            problem.code()
        ),
        WireError::Unreadable { .. } | WireError::Unwritable { .. } => format!(
            "{japanese}（{party}）とのやり取りの内容が正しくありません。システム管理者に連絡してください / what goes to and from {party} is not what it should be"
        ),
    }
}

/// Does the jobs of a room. Cheap to clone.
#[derive(Clone)]
pub struct Runner {
    jobs: Jobs,
    handlers: Arc<HashMap<&'static str, Handler>>,
}

/// What came of a job that was run by hand.
#[derive(Debug)]
pub struct ByHand {
    /// As it is now; not at its end when the attempt may be made again.
    pub job: Job,
    /// What went wrong in this attempt, for whoever sits at the machine.
    pub told: Option<String>,
}

impl Runner {
    pub(super) fn of(jobs: &Jobs, handlers: HashMap<&'static str, Handler>) -> Self {
        Self { jobs: jobs.clone(), handlers: Arc::new(handlers) }
    }

    /// The jobs that it does.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// Whether it knows this kind.
    pub fn knows(&self, kind: &str) -> bool {
        self.handlers.contains_key(kind)
    }

    pub(super) fn kinds(&self) -> HashSet<&'static str> {
        self.handlers.keys().copied().collect()
    }

    /// Does jobs until told to stop; those under way are given back then, to go on where their last portion left off. For `Service::task`.
    pub async fn run(self, mut stop: Stop) {
        let kinds = self.kinds();
        let mut under_way = JoinSet::new();
        let mut seen = self.jobs.watch();
        let mut forget = Instant::now();
        while !stop.is_requested() {
            seen.mark_unchanged();
            while under_way.len() < AT_ONCE {
                match self.jobs.lease(Which::Next, &kinds, Some(&stop)).await {
                    Ok(Some(leased)) => {
                        let (runner, run, stop) = (self.clone(), JobRun::new(&self.jobs, leased), stop.clone());
                        under_way.spawn(async move { runner.attempt(run, Some(stop)).await });
                    }
                    Ok(None) => break,
                    Err(error) => {
                        tracing::warn!(%error, "no job could be taken up; looking again");
                        break;
                    }
                }
            }
            if forget <= Instant::now() {
                forget = Instant::now() + FORGET;
                self.forget().await;
            }
            tokio::select! {
                () = stop.requested() => {}
                () = self.jobs.changed(&mut seen, LOOK_AGAIN) => {}
                Some(_) = under_way.join_next() => {}
            }
        }
        self.jobs.close();
        while under_way.join_next().await.is_some() {}
    }

    async fn forget(&self) {
        let jobs = self.jobs.clone();
        match self.jobs.room().maintain(move |tx| jobs.forget(tx)).await {
            Ok(forgotten) => tracing::debug!(forgotten, "files and jobs that had served their time"),
            Err(error) => tracing::warn!(%error, "upkeep of jobs"),
        }
    }

    /// Takes up the job that is due next and does it → whether there was one.
    pub async fn run_next(&self) -> Result<bool, JobError> {
        let Some(leased) = self.jobs.lease(Which::Next, &self.kinds(), None).await? else { return Ok(false) };
        self.attempt(JobRun::new(&self.jobs, leased), None).await;
        Ok(true)
    }

    /// Does one job here, or waits for the process that does it; `on` hears how it goes. Returns at its end, or when an attempt here came
    /// to nothing.
    pub async fn run_by_hand(&self, id: Id128, on: &mut (dyn FnMut(&Job) + Send)) -> Result<ByHand, JobError> {
        loop {
            let job = self.jobs.find(id).await?;
            on(&job);
            if job.state.is_final() || job.state == JobState::AwaitingApproval {
                return Ok(ByHand { job, told: None });
            }
            if let Some(leased) = self.jobs.lease(Which::This(id), &self.kinds(), None).await? {
                let run = JobRun::new(&self.jobs, leased);
                let mut attempt = std::pin::pin!(self.attempt(run.clone(), None));
                let told = loop {
                    tokio::select! {
                        told = &mut attempt => break told,
                        () = tokio::time::sleep(LISTEN) => on(&Job { progress: run.told(), ..self.jobs.find(id).await? }),
                    }
                };
                return Ok(ByHand { job: self.jobs.find(id).await?, told });
            }
            tokio::time::sleep(LISTEN).await;
        }
    }

    /// One attempt → what went wrong in it.
    async fn attempt(&self, run: JobRun, stop: Option<Stop>) -> Option<String> {
        let stopped = async {
            match stop {
                Some(mut stop) => stop.requested().await,
                None => std::future::pending().await,
            }
        };
        let outcome = match self.handlers.get(run.kind()) {
            Some(handler) => tokio::select! {
                outcome = AssertUnwindSafe(handler(run.clone())).catch_unwind() => Some(outcome.unwrap_or_else(|_| Err(FailedAttempt::panicked()))),
                () = self.keep(&run) => None,
                () = stopped => None,
            },
            None => None,
        };
        let is_cut_short = || self.jobs.0.rehearsal.as_ref().is_some_and(Rehearsal::is_cut_short);
        let outcome = match outcome {
            Some(Ok(_)) if is_cut_short() => Some(Err(FailedAttempt::of(JobError::from(StoreError::Busy("a rehearsal of a kill"))))),
            outcome => outcome,
        };
        let told = outcome.as_ref().and_then(|outcome| outcome.as_ref().err()).map(|missed| missed.told.clone());
        if let Some(told) = &told {
            tracing::warn!(job = %run.id(), kind = run.kind(), error = told, "an attempt at a job came to nothing");
        }
        let settling = run.clone();
        let jobs = self.jobs.clone();
        let settled = self.jobs.room().maintain(move |tx| settle(tx, &jobs, &settling, outcome)).await;
        if let Err(error) = settled {
            tracing::error!(job = %run.id(), %error, "what came of an attempt could not be written down; it will be made again");
        }
        self.jobs.ring();
        told
    }

    /// Keeps the lease until it is lost, or the job cancelled; writes down how far it is.
    async fn keep(&self, run: &JobRun) {
        let (mut written, mut told) = (Instant::now(), run.told());
        loop {
            tokio::time::sleep(LISTEN).await;
            let progress = run.told();
            let is_news = progress != told && written.elapsed() >= WRITE_DOWN;
            let mine = run.clone();
            let held = if is_news || written.elapsed() >= LEASE / 3 {
                (written, told) = (Instant::now(), progress);
                let held = self.jobs.room().maintain(move |tx| mine.renew(tx)).await;
                self.jobs.ring();
                held
            } else {
                self.jobs.room().count(move |tx| mine.held(tx)).await
            };
            match held {
                Ok(()) => {}
                Err(JobError::Lost | JobError::Cancelled) => return,
                Err(error) => tracing::warn!(job = %run.id(), %error, "a lease could not be renewed; trying again"),
            }
        }
    }
}

/// Writes down what came of an attempt, unless the job is no longer ours: then its last portion ended it, or another process has it.
fn settle(tx: &mut Tx, jobs: &Jobs, run: &JobRun, outcome: Option<AttemptResult>) -> Result<(), JobError> {
    let is_cancelled = match run.held(tx) {
        Ok(()) => false,
        Err(JobError::Cancelled) => true,
        Err(JobError::Lost) => return Ok(()),
        Err(error) => return Err(error),
    };
    match outcome {
        Some(Ok(result)) => jobs.done(tx, run.id(), result, run.files()),
        Some(Err(missed)) if !is_cancelled => {
            let missing = FailureKind::of(&missed.problem);
            jobs.missed(tx, run.id(), *missed.problem, missing)
        }
        _ => jobs.give_back(tx, run.id(), is_cancelled),
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Runner").field(&self.handlers.keys()).finish()
    }
}
