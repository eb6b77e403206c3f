//! `kenshin jobs …`: the jobs of a system's room, with its server or without one.

mod start;
mod take;

use std::sync::Arc;

use access::{Action, Caller};
use anyhow::{Context as _, bail};
use deployment::Place;
use deployment::systems;
use ledger::{Room, Seen};
use protocol::messages::jobs::{Job, JobState};
use vocabulary::Id128;
use work::jobs::{Change, JobError, Jobs};

use super::by_hand::progress;
use super::runtime;
use crate::arguments::{JobList, Jobs as JobCommand, OneJob, SystemRoom, quoted};
use crate::output::in_japan;
use crate::{Ending, output};

/// Does what was asked of the jobs.
pub(crate) fn run(asked: &JobCommand) -> anyhow::Result<Ending> {
    match asked {
        JobCommand::List(options) => list(options),
        JobCommand::Show(options) => show(options),
        JobCommand::Kinds(options) => start::kinds(options),
        JobCommand::Start(options) => start::start(options),
        JobCommand::Take(options) => take::take(options),
        JobCommand::Cancel(options) => change(options, Change::Cancel),
        JobCommand::Resume(options) => change(options, Change::Resume),
        JobCommand::Approve(options) => change(options, Change::Approve),
    }
}

/// The jobs of a room that is there, what may be done with them, and the operator.
struct Opened {
    place: Place,
    room: Room,
    jobs: Jobs,
    read: Action,
    change: Action,
    take: Action,
    caller: Caller,
}

fn open(options: &SystemRoom) -> anyhow::Result<Opened> {
    let office = systems::office(&options.system).with_context(|| format!("{} has no jobs", options.system))?;
    let (read, change, take) = (office.actions.jobs, office.actions.manage_jobs, office.actions.job_files);
    let (place, room, caller) = options.open_own("jobs")?;
    let work = systems::work_of(&options.system, &systems::policies()?, &place.second_person(&options.party()?)?)?;
    // Nobody follows a path here.
    let jobs = Jobs::of(&room, Arc::clone(place.entropy()), "", work);
    if !jobs.allows(&caller, &read) {
        bail!("no policy permits {read} to the operator");
    }
    Ok(Opened { place, room, jobs, read, change, take, caller })
}

fn list(options: &JobList) -> anyhow::Result<Ending> {
    let Opened { room, jobs, read, caller, .. } = open(&options.room)?;
    let found = room.see_blocking(&caller, read, |tx, _| jobs.newest(tx, &caller).map(Seen::unnamed))?;
    output::result(options.json, &found, |found| match found.as_slice() {
        [] => "there are no jobs".to_owned(),
        found => output::under(HEADING, found.iter().map(line)),
    })?;
    Ok(Ending::Done)
}

fn show(options: &OneJob) -> anyhow::Result<Ending> {
    let found = look(&open(&options.room)?, &options.room, options.id)?;
    output::result(options.json, &found, |job| text(&options.room, job))?;
    Ok(Ending::Done)
}

fn change(options: &OneJob, what: Change) -> anyhow::Result<Ending> {
    let Opened { jobs, change, caller, .. } = open(&options.room)?;
    let job = known(&options.room, options.id, runtime()?.block_on(jobs.change(&caller, change, options.id, what)))?;
    output::result(options.json, &job, |job| text(&options.room, job))?;
    Ok(Ending::Done)
}

/// The job; that it was looked at is recorded.
fn look(opened: &Opened, room: &SystemRoom, id: Id128) -> anyhow::Result<Job> {
    let Opened { jobs, caller, .. } = opened;
    let found = opened.room.see_blocking(caller, opened.read, |tx, record| {
        record.note(format!("job {id}"));
        jobs.look_at(tx, caller, id)
    });
    known(room, id, found)
}

/// What there is not, with what to do.
fn known(room: &SystemRoom, id: Id128, found: Result<Job, JobError>) -> anyhow::Result<Job> {
    match found {
        Err(JobError::Unknown) => bail!("there is no job {id} in this {}: {} shows them", room.system, room.command("jobs list")),
        found => Ok(found?),
    }
}

const HEADING: &str =
    "JOB                               ASKED AT (JAPAN)           STATE             KIND                PROGRESS              ASKED BY";

fn line(job: &Job) -> String {
    let at = in_japan(job.created_at);
    format!("{}  {at}  {:16}  {:18}  {:20}  {}", job.id, job.state.as_str(), job.kind, progress(job), job.asked_by)
}

/// A job, with the commands that can follow.
fn text(room: &SystemRoom, job: &Job) -> String {
    let command = |verb: &str| format!("  {}", room.command(&format!("jobs {verb} {}", job.id)));
    let mut lines = vec![HEADING.to_owned(), line(job)];
    if let Some(asked) = &job.asked {
        lines.push(format!("asked: {asked}"));
    }
    if let Some(result) = &job.result {
        lines.push(format!("result: {result}"));
    }
    if let Some(problem) = &job.problem {
        lines.push(format!("problem: {problem}"));
    }
    if job.state == JobState::AwaitingApproval {
        lines.push("it waits for a second person: of what was asked for on the pages, another of the staff; of what was asked for here, another operator:".to_owned());
        lines.push(format!("  {}", room.command_of_another(&format!("jobs approve {}", job.id))));
    }
    if job.state == JobState::Previewed {
        lines.push("nothing is changed yet. To do it (where a command began it, give that command again, to do it and not to show it), or to drop it:".to_owned());
        lines.extend([command("resume"), command("cancel")]);
    }
    if job.state == JobState::Waiting {
        lines.push("it is taken up by the server, or by the command that asked for it when that is run again".to_owned());
    }
    for file in &job.files {
        lines.push(format!(
            "file{}: {} ({} bytes, until {}); what for stands in the record of use:",
            if job.state.has_whole_files() { "" } else { " so far" },
            file.name,
            file.bytes,
            in_japan(file.until)
        ));
        let name = quoted(&file.name);
        lines.push(format!("  {}", room.command(&format!("jobs take {} {name} --out {name} --reason TEXT", job.id))));
    }
    lines.join("\n")
}
