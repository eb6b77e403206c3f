//! The interface to jobs, the same in every system.

use std::time::Duration;

use access::{Action, Caller};
use axum::extract::State;
use bytes::Bytes;
use futures::stream;
use ledger::{Act, Seen};
use protocol::messages::jobs::{Job, JobState, Jobs as JobList, TakeFile, WaitForEnd};
use tokio::time::Instant;
use vocabulary::Id128;
use wire::{Download, Events, Json, Path, Problem, Query, RequestCaller, Routes, peer};

use super::files::OpenFile;
use super::{Change, JobError, Jobs};

/// The longest that an answer waits for the end of a job, in seconds.
const LONGEST_WAIT: u64 = 20;
/// How long events are sent before the client has to ask again: what it may have lost in between is in the first event.
const EVENTS_FOR: Duration = Duration::from_secs(30 * 60);
/// How often another process's changes are looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What a caller may do with the jobs of a system; made by [`job_actions!`](crate::job_actions!).
#[derive(Clone, Copy, Debug)]
pub struct JobActions {
    /// List them, and see how one goes and what came of it.
    pub read: Action,
    /// Take what one wrote: refused rows, lists for a printer.
    pub take: Action,
    /// Cancel, resume.
    pub change: Action,
}

impl JobActions {
    /// All of them, for the system's list.
    pub const fn all(&self) -> [Action; 3] {
        [self.read, self.take, self.change]
    }
}

/// The actions on the jobs of a system: `work::job_actions!("registry")`. They belong into its policies' list.
#[macro_export]
macro_rules! job_actions {
    ($system:literal) => {
        $crate::jobs::JobActions {
            read: ::access::Action::personal(concat!($system, ":jobs.read")).called("処理状況の照会", "Look at jobs"),
            take: ::access::Action::personal(concat!($system, ":job-files.read")).called("処理の出力の取得", "Take what a job wrote"),
            change: ::access::Action::personal(concat!($system, ":jobs.change")).called("処理の取消し・再開", "Cancel or resume a job"),
        }
    };
}

/// What the routes share.
#[derive(Clone, Debug)]
pub struct JobDesk {
    jobs: Jobs,
    actions: JobActions,
}

/// The routes of jobs, for other systems and the console.
pub fn routes(jobs: &Jobs, actions: JobActions) -> Routes<JobDesk> {
    let rule = |action| peer(action).unkeyed();
    let path = |rest: &str| format!("{}/jobs{rest}", jobs.0.base);
    Routes::of(JobDesk { jobs: jobs.clone(), actions })
        .refusing::<JobError>()
        .get(&path(""), rule(actions.read), list)
        .get(&path("/{id}"), rule(actions.read), show)
        .get(&path("/{id}/events"), rule(actions.read), events)
        .post(&path("/{id}/files/{name}"), rule(actions.take), file)
        .post(&path("/{id}/cancel"), rule(actions.change), cancel)
        .post(&path("/{id}/resume"), rule(actions.change), resume)
}

impl Jobs {
    /// Where a job is to be followed.
    pub(super) fn path(&self, id: Id128) -> String {
        format!("{}/jobs/{id}", self.0.base)
    }

    /// Gives a file of a job away, part by part, once everybody of whom it tells stands in the record of use, with what it is for.
    pub async fn take_file(&self, caller: &Caller, act: impl Into<Act>, id: Id128, name: &str, reason: &str) -> Result<Download, JobError> {
        let (jobs, file) = (self.clone(), self.open_file(caller, act, id, name, reason).await?);
        let content = stream::unfold(0, move |part| {
            let (jobs, file) = (jobs.clone(), file.clone());
            async move {
                if part == file.parts() {
                    return None;
                }
                let plain = jobs.read_part(&file, part).await;
                Some((plain.map(Bytes::from), part + 1))
            }
        });
        Ok(Download::of(name, content))
    }

    /// One part of a file that was opened, from 0: whose data it tells stands in the entry of its opening.
    pub async fn read_part(&self, file: &OpenFile, part: i32) -> Result<Vec<u8>, JobError> {
        let (jobs, file) = (self.clone(), file.clone());
        self.room().raw().read(move |tx| jobs.part(tx, &file, part)).await
    }
}

async fn list(State(desk): State<JobDesk>, RequestCaller(caller): RequestCaller) -> Result<Json<JobList>, Problem> {
    let (jobs, by) = (desk.jobs.clone(), caller.clone());
    let newest = desk.jobs.room().see(&caller, desk.actions.read, move |tx, _| Ok::<_, JobError>(Seen::unnamed(jobs.newest(tx, &by)?)));
    Ok(Json(JobList { jobs: newest.await? }))
}

async fn show(
    State(desk): State<JobDesk>,
    RequestCaller(caller): RequestCaller,
    Path(id): Path<Id128>,
    Query(wait): Query<WaitForEnd>,
) -> Result<Json<Job>, Problem> {
    let asked = desk.seen(&caller, id).await?.asked;
    let job = desk.jobs.wait(id, Duration::from_secs(wait.wait_seconds.min(LONGEST_WAIT))).await?;
    Ok(Json(Job { asked, ..job }))
}

async fn events(State(desk): State<JobDesk>, RequestCaller(caller): RequestCaller, Path(id): Path<Id128>) -> Result<Events<Job>, Problem> {
    desk.seen(&caller, id).await?;
    let until = Instant::now() + EVENTS_FOR;
    let changes = stream::unfold((desk.jobs, None::<Job>), move |(jobs, last)| async move {
        if last.as_ref().is_some_and(|job| job.state.is_final()) {
            return None;
        }
        let mut seen = jobs.watch();
        while Instant::now() < until && !jobs.is_closed() {
            let job = jobs.find(id).await.ok()?;
            if last.as_ref() != Some(&job) {
                return Some((job.clone(), (jobs, Some(job))));
            }
            jobs.changed(&mut seen, LOOK_AGAIN).await;
        }
        None
    });
    Ok(Events::of(changes))
}

async fn file(
    State(desk): State<JobDesk>,
    RequestCaller(caller): RequestCaller,
    Path((id, name)): Path<(Id128, String)>,
    Json(TakeFile { reason }): Json<TakeFile>,
) -> Result<Download, Problem> {
    Ok(desk.jobs.take_file(&caller, desk.actions.take, id, &name, &reason).await?)
}

async fn cancel(State(desk): State<JobDesk>, RequestCaller(caller): RequestCaller, Path(id): Path<Id128>) -> Result<Json<Job>, Problem> {
    let cancelled = desk.jobs.change(&caller, desk.actions.change, id, Change::Cancel).await;
    // Whoever asks again, having lost the answer, gets it.
    if matches!(cancelled, Err(JobError::NotNow(state)) if state == JobState::Cancelled.as_str()) {
        desk.seen(&caller, id).await?;
        return Ok(Json(desk.jobs.find(id).await?));
    }
    Ok(Json(cancelled?))
}

async fn resume(State(desk): State<JobDesk>, RequestCaller(caller): RequestCaller, Path(id): Path<Id128>) -> Result<Json<Job>, Problem> {
    Ok(Json(desk.jobs.change(&caller, desk.actions.change, id, Change::Resume).await?))
}

impl JobDesk {
    /// Notes who looks at a job.
    async fn seen(&self, caller: &Caller, id: Id128) -> Result<Job, JobError> {
        let (jobs, by) = (self.jobs.clone(), caller.clone());
        let look = self.jobs.room().see(caller, self.actions.read, move |tx, record| {
            record.note(format!("job {id}"));
            jobs.look_at(tx, &by, id)
        });
        look.await
    }
}
