//! `kenshin jobs …`: the jobs of a registry's room, with a server or without one.

use anyhow::bail;
use ledger::{Act, Seen};
use protocol::messages::jobs::{Job, JobState};
use vocabulary::{Id128, Purpose};
use work::jobs::{JobError, Jobs};

use super::by_hand::progress;
use super::registry::desk;
use super::runtime;
use crate::arguments::{City, Jobs as Asked, OneJob};
use crate::{Ending, output};

const READ: Act = Act::new("registry:jobs.read");
const CHANGE: Act = Act::new("registry:jobs.change");

/// Does what was asked of the jobs.
pub(crate) fn run(asked: &Asked) -> anyhow::Result<Ending> {
    match asked {
        Asked::List(options) => list(&options.city, options.json),
        Asked::Show(options) => show(options),
        Asked::Cancel(options) => change(options, "cancelled", |jobs, tx, id, _| jobs.cancel(tx, id)),
        Asked::Resume(options) => change(options, "resumed", |jobs, tx, id, _| jobs.resume(tx, id)),
        Asked::Approve(options) => change(options, "approved", |jobs, tx, id, by| jobs.approve(tx, id, by)),
    }
}

fn list(city: &City, json: bool) -> anyhow::Result<Ending> {
    let (_, desk, caller) = desk(city, Purpose::Operation)?;
    let jobs = desk.jobs().clone();
    let found = desk.room().see_blocking(&caller, READ, |tx, _| jobs.newest(tx, &caller).map(Seen::nobody))?;
    output::result(json, &found, |found| match found.as_slice() {
        [] => "there are no jobs".to_owned(),
        found => found.iter().map(line).collect::<Vec<_>>().join("\n"),
    })?;
    Ok(Ending::Done)
}

fn show(options: &OneJob) -> anyhow::Result<Ending> {
    let (_, desk, caller) = desk(&options.city, Purpose::Operation)?;
    let (jobs, id) = (desk.jobs().clone(), options.id);
    let found = desk.room().see_blocking(&caller, READ, |tx, record| {
        record.note(format!("job {id}"));
        jobs.find_in(tx, id).map(Seen::nobody)
    })?;
    output::result(options.json, &found, text)?;
    Ok(Ending::Done)
}

fn change(
    options: &OneJob,
    word: &'static str,
    f: fn(&Jobs, &mut store::Tx, Id128, &access::Caller) -> Result<(), JobError>,
) -> anyhow::Result<Ending> {
    let (_, desk, caller) = desk(&options.city, Purpose::Operation)?;
    let (id, by) = (options.id, caller.clone());
    let changed = runtime()?.block_on(desk.jobs().change(&caller, CHANGE, id, word, move |jobs, tx| f(jobs, tx, id, &by)));
    let job = match changed {
        Ok(job) => job,
        Err(JobError::Unknown) => bail!("there is no job {id} in this registry: kenshin jobs list shows them"),
        Err(error) => return Err(error.into()),
    };
    output::result(options.json, &job, text)?;
    Ok(Ending::Done)
}

fn line(job: &Job) -> String {
    format!("{}  {}  {:16}  {:18}  {}  {}", job.id, job.created_at, job.state.as_str(), job.kind, progress(job), job.asked_by)
}

fn text(job: &Job) -> String {
    let mut lines = vec![line(job)];
    if let Some(result) = &job.result {
        lines.push(format!("result: {result}"));
    }
    if let Some(problem) = &job.problem {
        lines.push(format!("problem: {problem}"));
    }
    if job.state == JobState::Waiting {
        lines.push("it is taken up by the server, or by the command that asked for it when that is run again".to_owned());
    }
    lines.extend(job.files.iter().map(|file| format!("file: {} ({} bytes, until {})", file.name, file.bytes, file.until)));
    lines.join("\n")
}
