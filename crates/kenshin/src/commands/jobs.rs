//! `kenshin jobs …`: the jobs of a system's room, with its server or without one.

use std::sync::Arc;

use access::{Action, Caller};
use anyhow::{Context as _, bail};
use deployment::systems;
use ledger::{Room, Seen};
use protocol::messages::jobs::{Job, JobState};
use serde_json::{Map, Value};
use work::jobs::{Change, JobError, Jobs, MessageField, Shape, SystemWork, Through, WorkKind};

use super::by_hand::progress;
use super::runtime;
use crate::arguments::{JobList, Jobs as Asked, OneJob, StartJob, SystemRoom, WorkKinds};
use crate::output::{Usage, in_japan};
use crate::{Ending, output};

/// Does what was asked of the jobs.
pub(crate) fn run(asked: &Asked) -> anyhow::Result<Ending> {
    match asked {
        Asked::List(options) => list(options),
        Asked::Show(options) => show(options),
        Asked::Kinds(options) => kinds(options),
        Asked::Start(options) => start(options),
        Asked::Cancel(options) => change(options, Change::Cancel),
        Asked::Resume(options) => change(options, Change::Resume),
        Asked::Approve(options) => change(options, Change::Approve),
    }
}

/// The jobs of a room that is there, what may be done with them, and the operator.
struct Opened {
    room: Room,
    jobs: Jobs,
    read: Action,
    change: Action,
    caller: Caller,
}

fn open(options: &SystemRoom) -> anyhow::Result<Opened> {
    let office = systems::office(&options.system).with_context(|| format!("{} has no jobs", options.system))?;
    let (read, change) = (office.actions.jobs, office.actions.manage_jobs);
    let (place, room, caller) = options.open_own("jobs")?;
    let work = SystemWork::of(&options.system, systems::work_kinds(&options.system), &systems::policies()?);
    // Nobody follows a path here.
    let jobs = Jobs::of(&room, Arc::clone(place.entropy()), "", work.with_second_person(&place.second_person(&options.party()?)?)?);
    if !jobs.allows(&caller, &read) {
        bail!("no policy permits {read} to the operator");
    }
    Ok(Opened { room, jobs, read, change, caller })
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
    let Opened { room, jobs, read, caller, .. } = open(&options.room)?;
    let id = options.id;
    let found = room.see_blocking(&caller, read, |tx, record| {
        record.note(format!("job {id}"));
        jobs.look_at(tx, &caller, id)
    });
    let found = known(options, found)?;
    output::result(options.json, &found, text)?;
    Ok(Ending::Done)
}

fn change(options: &OneJob, what: Change) -> anyhow::Result<Ending> {
    let Opened { jobs, change, caller, .. } = open(&options.room)?;
    let job = known(options, runtime()?.block_on(jobs.change(&caller, change, options.id, what)))?;
    output::result(options.json, &job, text)?;
    Ok(Ending::Done)
}

/// What there is not, with what to do.
fn known(options: &OneJob, found: Result<Job, JobError>) -> anyhow::Result<Job> {
    match found {
        Err(JobError::Unknown) => bail!("there is no job {} in this {}: kenshin jobs list shows them", options.id, options.room.system),
        found => Ok(found?),
    }
}

fn kinds(options: &WorkKinds) -> anyhow::Result<Ending> {
    let (kinds, words) = (systems::work_kinds(&options.system), systems::work_words(&options.system));
    let does = |kind: &WorkKind| words.kind(kind.name).map_or("", |words| words.lead.en);
    let told: Vec<Value> = kinds
        .iter()
        .map(|kind| {
            let asks = kind.asks.iter().map(|field| (field.name.clone(), Value::from(form(field))));
            serde_json::json!({ "kind": kind.name, "does": does(kind), "asks": asks.collect::<Map<_, _>>() })
        })
        .collect();
    output::result(options.json, &told, |_| match kinds.as_slice() {
        [] => format!("{} has no work that can be started", options.system),
        kinds => kinds.iter().map(|kind| format!("{}\n    {}", usage(kind), does(kind))).collect::<Vec<_>>().join("\n"),
    })?;
    Ok(Ending::Done)
}

/// Asks for work: the server takes it up, now or when it starts. The same work asked for again before its end is the same job.
fn start(options: &StartJob) -> anyhow::Result<Ending> {
    let kinds = systems::work_kinds(&options.room.system);
    let Some(kind) = kinds.iter().find(|kind| kind.name == options.kind) else {
        let known: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
        return Err(Usage(format!("{} has no work {}: there is {}", options.room.system, options.kind, known.join(", "))).into());
    };
    let message = message(kind, &options.fields)?;
    let Opened { jobs, caller, .. } = open(&options.room)?;
    // The command says what is done, and so what for.
    let caller = caller.for_purpose(kind.action.purpose());
    let job = match runtime()?.block_on(jobs.ask_for(kind, &caller, message, Through::Form)) {
        Err(JobError::Input(error)) => {
            let field = error.field().map_or_else(|| "what is given".to_owned(), |field| format!("{field}=…"));
            return Err(Usage(format!("{field} cannot be: {error}\nusage: {}", usage(kind))).into());
        }
        asked => asked?,
    };
    output::result(options.json, &job, text)?;
    Ok(Ending::Done)
}

/// The message that `key=value` makes.
fn message(kind: &WorkKind, fields: &[String]) -> Result<Value, Usage> {
    let mut message = Map::new();
    for given in fields {
        let (name, value) = given.split_once('=').ok_or_else(|| Usage(format!("{given} is no key=value\nusage: {}", usage(kind))))?;
        let Some(field) = kind.asks.iter().find(|field| field.name == name) else {
            return Err(Usage(format!("{} asks for no {name}\nusage: {}", kind.name, usage(kind))));
        };
        let wrong = || Usage(format!("{name}: write {}, not {value}", form(field)));
        let value = match field.shape {
            Shape::FiscalYear => Value::from(vocabulary::era::parse_fiscal_year(value).map_err(|_| wrong())?.0),
            Shape::Integer => Value::from(value.parse::<i64>().map_err(|_| wrong())?),
            Shape::Flag => Value::from(value.parse::<bool>().map_err(|_| wrong())?),
            Shape::People => value.split(',').filter(|part| !part.is_empty()).map(Value::from).collect(),
            Shape::Text | Shape::Day | Shape::OneOf(_) => Value::from(value),
        };
        if message.insert(name.to_owned(), value).is_some() {
            return Err(Usage(format!("{name} is given twice")));
        }
    }
    Ok(Value::Object(message))
}

/// `extract fiscalYear=NUMBER on=YYYY-MM-DD`
fn usage(kind: &WorkKind) -> String {
    let field = |field: &MessageField| {
        let told = format!("{}={}", field.name, form(field));
        if field.is_required { told } else { format!("[{told}]") }
    };
    [kind.name.to_owned()].into_iter().chain(kind.asks.iter().map(field)).collect::<Vec<_>>().join(" ")
}

/// What is written in a field.
fn form(field: &MessageField) -> String {
    match &field.shape {
        Shape::Text => "TEXT".to_owned(),
        Shape::Day => "YYYY-MM-DD".to_owned(),
        Shape::FiscalYear => "YYYY".to_owned(),
        Shape::Integer => "NUMBER".to_owned(),
        Shape::Flag => "true|false".to_owned(),
        Shape::OneOf(words) => words.join("|"),
        Shape::People => "TEXT,TEXT…".to_owned(),
    }
}

const HEADING: &str =
    "JOB                               ASKED AT (JAPAN)           STATE             KIND                PROGRESS              ASKED BY";

fn line(job: &Job) -> String {
    let at = in_japan(job.created_at);
    format!("{}  {at}  {:16}  {:18}  {:20}  {}", job.id, job.state.as_str(), job.kind, progress(job), job.asked_by)
}

fn text(job: &Job) -> String {
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
        lines.push("it waits for a second person: of what was asked for here, another operator (kenshin jobs approve); of what was asked for on the pages, another of the staff".to_owned());
    }
    if job.state == JobState::Waiting {
        lines.push("it is taken up by the server, or by the command that asked for it when that is run again".to_owned());
    }
    let file =
        |file: &protocol::messages::jobs::JobFile| format!("file: {} ({} bytes, until {})", file.name, file.bytes, in_japan(file.until));
    lines.extend(job.files.iter().map(file));
    lines.join("\n")
}
