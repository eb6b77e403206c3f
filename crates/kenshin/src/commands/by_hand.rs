//! Work that a command asks for as a job and does itself: killed and run again, it goes on where it stood.

use anyhow::{Context as _, bail};
use protocol::messages::jobs::{Job, JobState};
use vocabulary::Id128;
use work::jobs::Runner;

use super::runtime;
use crate::arguments::SystemRoom;
use crate::output;

/// What came of a job that was done here.
pub(crate) enum Ended {
    /// Its result is there.
    Done(Box<Job>),
    /// It stopped, and what it would bring is there.
    Previewed(Box<Job>),
    /// What was asked cannot be: a word for programs, and what to do.
    Refused(String, String),
}

impl Ended {
    /// The job, with its result or what it would bring; a refusal is an error that says what to do.
    pub(crate) fn job(self) -> anyhow::Result<Job> {
        match self {
            Ended::Done(job) | Ended::Previewed(job) => Ok(*job),
            Ended::Refused(_, told) => bail!(told),
        }
    }
}

/// Does a job, with its progress on standard error; waits where another process does it. What is shown meanwhile, where that was not asked for, goes on
/// when it is asked for again.
pub(crate) fn work(
    room: &SystemRoom,
    runner: &Runner,
    (what, is_preview): (&str, bool),
    ask: impl AsyncFn() -> anyhow::Result<Id128>,
) -> anyhow::Result<Ended> {
    runtime()?.block_on(async {
        let ended = loop {
            let id = ask().await?;
            let bar = output::spinner(what);
            let ended = runner.run_by_hand(id, &mut |job| bar.set_message(format!("{what}: {}", progress(job)))).await;
            bar.finish_and_clear();
            let ended = ended?;
            if ended.job.state != JobState::Previewed || is_preview {
                break ended;
            }
        };
        let id = ended.job.id;
        let problem = ended.job.problem.clone();
        let detail = || problem.as_ref().and_then(|problem| problem.detail.clone()).unwrap_or_default();
        let told = ended.told.unwrap_or_else(detail);
        match ended.job.state {
            JobState::Done => Ok(Ended::Done(Box::new(ended.job))),
            JobState::Previewed => Ok(Ended::Previewed(Box::new(ended.job))),
            JobState::Refused => Ok(Ended::Refused(problem.map(|problem| problem.code().to_owned()).unwrap_or_default(), told)),
            JobState::AwaitingApproval => bail!(
                "the job {id} waits for a second person, who approves it from an account of their own on this machine; then run the command again\n  {}",
                room.command_of_another(&format!("jobs approve {id}"))
            ),
            JobState::Cancelled => bail!("the job {id} was cancelled: run the command again to go on with it"),
            JobState::Failed | JobState::Waiting | JobState::Running => bail!("{told}; the job {id} waits: run the command again"),
        }
    })
}

/// The result of a job.
pub(crate) fn result<T: serde::de::DeserializeOwned>(job: Job) -> anyhow::Result<T> {
    let result = job.result.context("the job has no result")?;
    serde_json::from_value(result).context("the result of the job cannot be read")
}

/// How far a job is, in a few words.
pub(crate) fn progress(job: &Job) -> String {
    let progress = &job.progress;
    match progress.total {
        Some(total) => format!("{} {} of {total}", progress.step, progress.done),
        None if progress.done > 0 => format!("{} {}", progress.step, progress.done),
        None => job.state.as_str().to_owned(),
    }
}
