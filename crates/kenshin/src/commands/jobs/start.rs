//! `kenshin jobs kinds` and `start`: what can be asked for, and asking for it.

use std::path::Path;

use deployment::systems;
use protocol::messages::jobs::Job;
use registry::Media;
use serde_json::{Map, Value};
use work::jobs::{JobError, MessageField, Shape, Through, WorkKind, is_preview};

use super::{Opened, open, text};
use crate::arguments::{City, ListKinds, StartJob, SystemRoom};
use crate::commands::by_hand;
use crate::commands::{registry as of_registry, runtime};
use crate::output::Usage;
use crate::{Ending, output};

/// The field of a message that names a file.
const FILE: &str = "file";
/// The field of a message that names a file to be written into the media folder.
const OUT: &str = "out";

/// Tells what each kind of work does and asks, or the one that is named.
pub(super) fn kinds(options: &ListKinds) -> anyhow::Result<Ending> {
    let (mut kinds, words) = (systems::work_kinds(&options.system), systems::work_words(&options.system));
    if let Some(name) = &options.kind {
        kinds = vec![named(&options.system, &kinds, name)?.clone()];
    }
    let does = |kind: &WorkKind| words.kind(kind.name).map_or("", |words| words.lead.en);
    let about = |kind: &WorkKind, field: &MessageField| match words.field(kind.name, &field.name).map(|words| (words.label.en, words.hint))
    {
        Some((label, Some(hint))) => format!("{label} ({})", hint.en),
        Some((label, None)) => label.to_owned(),
        None => String::new(),
    };
    let told: Vec<Value> = kinds
        .iter()
        .map(|kind| {
            let asks = kind.asks.iter().map(|field| (field.name.clone(), Value::from(form(field))));
            let fields = kind.asks.iter().map(|field| (field.name.clone(), Value::from(about(kind, field))));
            serde_json::json!({
                "kind": kind.name, "does": does(kind), "asks": asks.collect::<Map<_, _>>(), "fields": fields.collect::<Map<_, _>>()
            })
        })
        .collect();
    let text = |kind: &WorkKind| {
        let fields = kind.asks.iter().map(|field| format!("    {:14}  {}", field.name, about(kind, field)));
        [usage(kind), format!("    {}", does(kind))].into_iter().chain(fields).collect::<Vec<_>>().join("\n")
    };
    output::result(options.json, &told, |_| match kinds.as_slice() {
        [] => format!("{} has no work that can be started", options.system),
        kinds => kinds.iter().map(text).collect::<Vec<_>>().join("\n"),
    })?;
    Ok(Ending::Done)
}

/// The kind of this name, or which there are.
fn named<'k>(system: &str, kinds: &'k [WorkKind], name: &str) -> Result<&'k WorkKind, Usage> {
    let known = || kinds.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
    let found = kinds.iter().find(|kind| kind.name == name);
    found.ok_or_else(|| Usage(format!("{system} has no work {name}: there is {}", known())))
}

/// Asks for work: the server takes it up, now or when it starts, or this command does it. The same work asked for again before its end is the same job.
pub(super) fn start(options: &StartJob) -> anyhow::Result<Ending> {
    let kinds = systems::work_kinds(&options.room.system);
    let kind = named(&options.room.system, &kinds, &options.kind)?;
    let message = message(kind, &options.fields)?;
    if options.file.is_some() {
        if kind.asks.iter().all(|field| field.name != FILE) {
            return Err(Usage(format!("{} asks for no file\nusage: {}", kind.name, usage(kind))).into());
        }
        if message.contains_key(FILE) {
            return Err(Usage("the file is given twice: by --file, and as one of the media folder".to_owned()).into());
        }
    }
    let file = options.file.as_deref();
    let job = if options.here { do_here(&options.room, kind, message, file)? } else { leave(&options.room, kind, message, file)? };
    output::result(options.json, &job, |job| text(&options.room, job))?;
    let refused = job.result.as_ref().and_then(|result| result.get("rejected")?.as_u64());
    Ok(if refused.is_some_and(|rows| rows > 0) { Ending::Refused } else { Ending::Done })
}

/// Leaves work to the server of the room, with its file in the media folder.
fn leave(options: &SystemRoom, kind: &WorkKind, mut message: Map<String, Value>, file: Option<&Path>) -> anyhow::Result<Job> {
    let Opened { place, room, jobs, caller, .. } = open(options)?;
    // The command says what is done, and so what for.
    let caller = caller.for_purpose(kind.action.purpose());
    // What will be refused leaves no file.
    if let Some(file) = file.filter(|_| jobs.allows(&caller, &kind.action)) {
        message.insert(FILE.to_owned(), Value::from(of_registry::name(file)));
        if let Err(wrong) = kind.read(Value::Object(message.clone())) {
            return asked(kind, Err(wrong.into()));
        }
        let folder = place.setting_file(&options.party()?)?.and_then(|setting| setting.media);
        let name = Media::open(folder.as_deref())?.hand_in(&room, file)?;
        message.insert(FILE.to_owned(), Value::from(name));
    }
    asked(kind, runtime()?.block_on(jobs.ask_for(kind, &caller, Value::Object(message), Through::Form)))
}

/// Does work here, as the commands of `kenshin registry` do: no server takes it up.
fn do_here(options: &SystemRoom, kind: &WorkKind, mut message: Map<String, Value>, file: Option<&Path>) -> anyhow::Result<Job> {
    let (system, operator) = (options.system.as_str(), options.operator.clone());
    let Some(municipality) = options.municipality.filter(|_| system == "registry") else {
        return Err(Usage("--here is for the work of a city's registry: leave it out, and the server does it".to_owned()).into());
    };
    if message.contains_key(OUT) {
        return Err(
            Usage(format!("{OUT} is a file of the server's media folder: leave it out with --here, and take what the job writes")).into()
        );
    }
    let city = City { place: options.place.clone(), municipality, catalogue: None, operator };
    let (_, desk, caller) = of_registry::desk(&city, kind.action.purpose())?;
    let runner = desk.runner();
    if !runner.knows(kind.name) {
        return Err(Usage(format!("{} is done with other parties: leave --here out, and the server does it", kind.name)).into());
    }
    let desk = match file {
        Some(file) => {
            message.insert(FILE.to_owned(), Value::from(of_registry::name(file)));
            desk.with_media(Media::of_file(file))
        }
        None => desk,
    };
    let message = Value::Object(message);
    let is_preview = is_preview(&message);
    let ask = async || asked(kind, desk.ask_by_hand(&caller, kind.name, &message, file).await).map(|job| job.id);
    by_hand::work(options, &desk.runner(), (kind.name, is_preview), ask)?.job()
}

/// The job, or which field of the message is wrong.
fn asked(kind: &WorkKind, asked: Result<Job, JobError>) -> anyhow::Result<Job> {
    match asked {
        Err(JobError::Input(error)) => {
            let field = error.field().map_or_else(|| "what is given".to_owned(), |field| format!("{field}=…"));
            Err(Usage(format!("{field} cannot be: {error}\nusage: {}", usage(kind))).into())
        }
        asked => Ok(asked?),
    }
}

/// The message that `key=value` makes.
fn message(kind: &WorkKind, fields: &[String]) -> Result<Map<String, Value>, Usage> {
    let mut message = Map::new();
    for given in fields {
        let (name, value) = given.split_once('=').ok_or_else(|| Usage(format!("{given} is no key=value\nusage: {}", usage(kind))))?;
        let Some(field) = kind.asks.iter().find(|field| field.name == name) else {
            return Err(Usage(format!("{} asks for no {name}\nusage: {}", kind.name, usage(kind))));
        };
        let wrong = || Usage(format!("{name}: write {}, not {value}", form(field)));
        let Some(value) = field.read(value).map_err(|_| wrong())? else { continue };
        if message.insert(name.to_owned(), value).is_some() {
            return Err(Usage(format!("{name} is given twice")));
        }
    }
    Ok(message)
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
