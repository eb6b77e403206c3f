//! `kenshin registry …`: the registry's work on its room, without a server.

mod rejects;
mod reprove;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use ::registry::files::encoding::Encoding;
use ::registry::folder::{FolderInUse, Waiting};
use ::registry::{Desk, Media, OpenError, extraction, identification, residents, results};
use access::Caller;
use anyhow::{Context as _, bail};
use catalogue::Catalogue;
use deployment::Place;
use protocol::messages::jobs::Job;
use protocol::messages::registry as messages;
use store::RoomName;
use vocabulary::{Party, Purpose};

use self::rejects::Rejects;
use super::by_hand::{self, Ended};
use crate::arguments::{self, City, Eligible, Explain, ExportResults, FileKind, ImportResidents, ImportResults, Match, Registry};
use crate::making::Making;
use crate::output::Usage;
use crate::{Ending, output};

/// Does what was asked of the registry.
pub(crate) fn run(registry: &Registry) -> anyhow::Result<Ending> {
    match registry {
        Registry::ImportResidents(options) => import_residents(options),
        Registry::Eligible(options) => eligible(options),
        Registry::Explain(options) => explain(options),
        Registry::Match(options) => identify(options),
        Registry::ImportResults(options) => import_results(options),
        Registry::ExportResults(options) => export_results(options),
        Registry::Reprove(options) => reprove::run(options),
    }
}

/// The desk of a registry that is there: a mistyped --data makes no other.
pub(super) fn desk(city: &City, purpose: Purpose) -> anyhow::Result<(Place, Desk, Caller)> {
    let (place, desk, folder, caller) = open(there(city)?, city, purpose, FolderInUse::open)?;
    tell_of(&folder);
    Ok((place, desk, caller))
}

/// [`desk`] for something that the city must have, which its catalogue tells.
fn desk_for(city: &City, purpose: Purpose, has: impl FnOnce(&Catalogue) -> Result<(), Usage>) -> anyhow::Result<(Place, Desk, Caller)> {
    let (place, desk, caller) = desk(city, purpose)?;
    has(&desk.catalogue())?;
    Ok((place, desk, caller))
}

/// The folder of a registry that is there, to be looked at and accepted.
pub(super) fn folder(city: &City) -> anyhow::Result<(FolderInUse, Caller)> {
    let (_, _, folder, caller) = open(there(city)?, city, Purpose::Operation, FolderInUse::open_to_accept)?;
    Ok((folder, caller))
}

/// The place of a registry that is there.
fn there(city: &City) -> anyhow::Result<Place> {
    let place = city.place.look()?;
    if !place.rooms().has(&RoomName::new("registry", Some(city.municipality)))? {
        bail!("there is no registry of {} in {place}: is --data right? If it is, run `kenshin init` first", city.municipality);
    }
    Ok(place)
}

/// How what holds of a city's folder is opened.
type OpenFolder = fn(&ledger::Room, Option<&Path>, &Caller) -> Result<FolderInUse, OpenError>;

/// The registry's desk with what holds of the city's folder, and its operator acting for a purpose.
fn open(place: Place, city: &City, purpose: Purpose, open: OpenFolder) -> anyhow::Result<(Place, Desk, FolderInUse, Caller)> {
    let code = city.municipality;
    let place = place.with_catalogue(city.catalogue.as_deref())?;
    let path = place.catalogue_of(code)?;
    let party = Party::of("registry", code)?;
    let (master, built_in) = (place.master(&party)?, Arc::new(Catalogue::built_in()?));
    let desk = Desk::open(place.rooms(), code, built_in, master, Arc::clone(place.clock()), Arc::clone(place.entropy()))?;
    place.expect_witnesses(&party, desk.room())?;
    let desk = desk.with_second_person(&place.second_person(&party)?)?;
    let caller = city.operator.caller(code, purpose, place.entropy().id128())?;
    let folder = open(desk.room(), path.as_deref(), &caller)?;
    Ok((place, desk.with_folder(&folder), folder, caller))
}

fn tell_of(folder: &FolderInUse) {
    match folder.waiting() {
        None => {}
        Some(Waiting::Change(_)) => output::say("the city's folder was changed; what was accepted holds until `kenshin catalogue accept`"),
        Some(Waiting::Wrong(why)) => output::say(&format!("what was accepted of the city's folder holds: {}", why.english)),
    }
}

/// Opens the input before anything else is touched.
fn input(path: &Path) -> anyhow::Result<File> {
    File::open(path).with_context(|| path.display().to_string())
}

fn import_residents(options: &ImportResidents) -> anyhow::Result<Ending> {
    input(&options.file)?;
    let (desk, caller) = if options.dry_run {
        let (_, desk, caller) = desk(&options.city, Purpose::ResidentImport)?;
        (desk, caller)
    } else {
        let (_, desk, folder, caller) = open(options.city.place.open()?, &options.city, Purpose::ResidentImport, FolderInUse::open)?;
        tell_of(&folder);
        (desk, caller)
    };
    let encoding = Some(encoding(options.encoding)).filter(|told| *told != Encoding::Auto).map(|told| told.to_string());
    let (file, preview_of_all) = (name(&options.file), options.kind == Some(FileKind::Full));
    let asked = messages::ImportResidents { file, encoding, preview: options.dry_run, preview_of_all };
    let rejects = Rejects::beside(&options.file, options.rejects.as_deref(), options.dry_run)?;
    let job = with_rejects(
        (&options.city, desk),
        &caller,
        (residents::IMPORT, &asked),
        &options.file,
        (rejects, options.dry_run),
        "importing residents",
    )?;
    let imported: messages::ImportedResidents = by_hand::result(job)?;
    for heading in &imported.unknown_columns {
        output::say(&format!("the column {heading} is not known here and ignored"));
    }
    if options.dry_run {
        output::result(options.json, &previewed(&imported), |_| told_before(&imported))?;
        return Ok(ending(imported.rejected));
    }
    output::result(options.json, &imported, |imported| {
        let messages::ImportedResidents { already_imported, read, added, changed, unchanged, rejected, .. } = imported;
        let again = if *already_imported { "; this file was taken in before; nothing was written" } else { "" };
        format!("{read} rows: {added} new, {changed} changed, {unchanged} unchanged, {rejected} refused{again}")
    })?;
    Ok(ending(imported.rejected))
}

/// A preview as it is printed: its counts beside each other.
fn previewed(imported: &messages::ImportedResidents) -> serde_json::Value {
    let messages::ImportedResidents { read, added, changed, unchanged, rejected, concerned, .. } = imported;
    let mut preview = serde_json::json!({ "rows": read, "new": added, "changed": changed, "unchanged": unchanged, "refused": rejected });
    if let (Some(counts), Ok(serde_json::Value::Object(more))) =
        (preview.as_object_mut(), serde_json::to_value(concerned.unwrap_or_default()))
    {
        counts.extend(more);
        // the shape is one, whatever the file is of
        counts.entry("missing").or_insert(0.into());
    }
    preview
}

/// A preview in words.
fn told_before(imported: &messages::ImportedResidents) -> String {
    let messages::ImportedResidents { already_imported, read, added, changed, unchanged, rejected, concerned, .. } = imported;
    let concerned = concerned.unwrap_or_default();
    let messages::ResidentsConcerned { moved_in, moved_out, died, protected, unprotected, missing, older, confused, damaged } = concerned;
    let missing = missing.map(|missing| format!(", {missing} are missing")).unwrap_or_default();
    let yet = if *already_imported { "this file was taken in before" } else { "nothing is in yet" };
    format!(
        "{read} rows: {added} new, {changed} changed, {unchanged} unchanged, {rejected} refused; {moved_in} move in, {moved_out} move out, \
         {died} die, {protected} come under protection, of {unprotected} it ends{missing}; {older} are older than what is known, {confused} \
         change two or more of name, sex and birth date, and of {damaged} what is known does not open; {yet}"
    )
}

/// Asks for work on a file as a job of this command, does it, and keeps its refused rows.
fn with_rejects(
    (city, desk): (&City, Desk),
    caller: &Caller,
    (kind, asked): (&str, &impl serde::Serialize),
    file: &Path,
    (rejects, is_preview): (Rejects, bool),
    what: &str,
) -> anyhow::Result<Job> {
    let desk = desk.with_media(Media::of_file(file));
    let runner = desk.runner();
    let ask = async || Ok(desk.ask_by_hand(caller, kind, asked, Some(file)).await?.id);
    let ended = by_hand::work(&city.room(), &runner, (what, is_preview), ask)?;
    match &ended {
        Ended::Done(job) | Ended::Previewed(job) => {
            rejects.keep_rows(&desk.file_of_job(caller, job.id, residents::REJECTS)?)?;
        }
        Ended::Refused(code, told) if matches!(code.as_str(), "file" | "asked") => rejects.keep_reason(told)?,
        Ended::Refused(..) => {}
    }
    ended.job()
}

/// A file's own name.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn eligible(options: &Eligible) -> anyhow::Result<Ending> {
    let has = |catalogue: &Catalogue| options.programme.as_deref().map_or(Ok(()), |id| has_programme(catalogue, id));
    let (place, desk, caller) = desk_for(&options.city, Purpose::Eligibility, has)?;
    let on = options.on.unwrap_or_else(|| place.clock().today());
    let out = Making::of(&options.out, &[])?;
    let asked = messages::ListEligible { fiscal_year: options.fiscal_year, on, programme: options.programme.clone() };
    let job = done(&options.city, &desk, &caller, (extraction::LIST_JOB, &asked), None, ("listing who is due", false))?;
    write_out(&desk, &caller, &job, extraction::ELIGIBLE, out)?;
    let listed: messages::ListedEligible = by_hand::result(job)?;
    for file in &listed.half_imported {
        output::say(&format!("{file} was half in: make the list again after its end"));
    }
    output::result(options.json, &listed, |messages::ListedEligible { rows, damaged, .. }| {
        let unread =
            if *damaged > 0 { format!("; {damaged} facts cannot be read, and people were looked at without them") } else { String::new() };
        format!("{rows} rows in {}{unread}", options.out.display())
    })?;
    Ok(Ending::Done)
}

/// Asks for work as a job of this command, and does it.
fn done(
    city: &City,
    desk: &Desk,
    caller: &Caller,
    (kind, asked): (&str, &impl serde::Serialize),
    file: Option<&Path>,
    what: (&str, bool),
) -> anyhow::Result<Job> {
    let ask = async || Ok(desk.ask_by_hand(caller, kind, asked, file).await?.id);
    by_hand::work(&city.room(), &desk.runner(), what, ask)?.job()
}

/// Writes a file of a job out.
fn write_out(desk: &Desk, caller: &Caller, job: &Job, file: &str, mut out: Making) -> anyhow::Result<()> {
    out.write_all(&desk.file_of_job(caller, job.id, file)?)?;
    out.finish()
}

fn explain(options: &Explain) -> anyhow::Result<Ending> {
    let has = |catalogue: &Catalogue| has_programme(catalogue, &options.programme);
    let (place, desk, caller) = desk_for(&options.city, Purpose::Eligibility, has)?;
    let on = options.on.unwrap_or_else(|| place.clock().today());
    let explanation = desk.explain(&caller, &options.resident, &options.programme, on)?;
    let verdicts = explanation.verdicts.iter().map(|verdict| {
        serde_json::json!({ "examination": verdict.examination, "due": verdict.is_due(), "ja": verdict.ja(), "en": verdict.en() })
    });
    let value = serde_json::json!({ "programme": options.programme, "on": on.to_string(), "age": explanation.age, "verdicts": verdicts.collect::<Vec<_>>() });
    output::result(options.json, &value, |_| explanation.ja())?;
    Ok(Ending::Done)
}

fn identify(options: &Match) -> anyhow::Result<Ending> {
    input(&options.file)?;
    let (_, desk, caller) = desk(&options.city, Purpose::Identification)?;
    let out = Making::of(&options.out, &[&options.file])?;
    let desk = desk.with_media(Media::of_file(&options.file));
    let asked = messages::Match { file: name(&options.file), out: None };
    let what = "identifying people by the five data items";
    let job = done(&options.city, &desk, &caller, (identification::MATCH, &asked), Some(&options.file), (what, false))?;
    let rejects = desk.file_of_job(&caller, job.id, residents::REJECTS)?;
    for row in csv::ReaderBuilder::new().from_reader(rejects.as_slice()).records() {
        let row = row?;
        output::say(&format!("line {}: {}; its answer is 該当なし", row.get(0).unwrap_or_default(), row.get(2).unwrap_or_default()));
    }
    write_out(&desk, &caller, &job, identification::VERDICTS, out)?;
    let matched: messages::Matched = by_hand::result(job)?;
    output::result(options.json, &matched, |matched| {
        format!("一致 {}, 要確認 {}, 該当なし {} in {}", matched.matched, matched.review, matched.unmatched, options.out.display())
    })?;
    Ok(Ending::Done)
}

fn import_results(options: &ImportResults) -> anyhow::Result<Ending> {
    input(&options.file)?;
    let has = |catalogue: &Catalogue| has_record_type(catalogue, options.record_type);
    let (_, desk, caller) = desk_for(&options.city, Purpose::ResultEntry, has)?;
    let rejects = Rejects::beside(&options.file, options.rejects.as_deref(), options.dry_run)?;
    let asked = messages::ImportResults { record_type: options.record_type, file: name(&options.file), preview: options.dry_run };
    let job = with_rejects(
        (&options.city, desk),
        &caller,
        (results::IMPORT_JOB, &asked),
        &options.file,
        (rejects, options.dry_run),
        "importing results",
    )?;
    let imported: messages::ImportedResults = by_hand::result(job)?;
    output::result(options.json, &imported, |imported| {
        let messages::ImportedResults { read, added, corrected, unchanged, rejected, damaged } = imported;
        let unread = if *damaged > 0 { format!("; {damaged} of the corrected could not be read before") } else { String::new() };
        let yet = if options.dry_run { "; nothing is in yet" } else { "" };
        format!("{read} rows: {added} new, {corrected} corrected, {unchanged} known, {rejected} refused{unread}{yet}")
    })?;
    Ok(ending(imported.rejected))
}

fn export_results(options: &ExportResults) -> anyhow::Result<Ending> {
    let has = |catalogue: &Catalogue| has_record_type(catalogue, options.record_type);
    let (_, desk, caller) = desk_for(&options.city, Purpose::ResultEntry, has)?;
    let out = Making::of(&options.out, &[])?;
    let asked = messages::ExportResults { record_type: options.record_type };
    let job = done(&options.city, &desk, &caller, (results::EXPORT_JOB, &asked), None, ("exporting results", false))?;
    write_out(&desk, &caller, &job, results::RESULTS, out)?;
    let messages::ExportedResults { written, damaged } = by_hand::result(job)?;
    output::result(options.json, &serde_json::json!({ "rows": written, "damaged": damaged }), |_| {
        let left_out = if damaged > 0 { format!("; {damaged} damaged records are left out: the log says which") } else { String::new() };
        format!("{written} rows in {}{left_out}", options.out.display())
    })?;
    Ok(ending(damaged))
}

/// A programme that the catalogue has; another is wrong usage.
fn has_programme(catalogue: &Catalogue, id: &str) -> Result<(), Usage> {
    let known: Vec<&str> = catalogue.programmes().iter().map(|programme| programme.id.as_str()).collect();
    if known.contains(&id) { Ok(()) } else { Err(Usage(format!("there is no programme {id}: the programmes are {}", known.join(", ")))) }
}

/// A record type that the catalogue has; another is wrong usage.
fn has_record_type(catalogue: &Catalogue, number: u16) -> Result<(), Usage> {
    let known: Vec<String> = catalogue.records().iter().map(|record| record.number.to_string()).collect();
    let named = catalogue.record(number).is_some();
    if named { Ok(()) } else { Err(Usage(format!("there is no record type {number}: the record types are {}", known.join(", ")))) }
}

fn encoding(encoding: arguments::Encoding) -> Encoding {
    match encoding {
        arguments::Encoding::Auto => Encoding::Auto,
        arguments::Encoding::Utf8 => Encoding::Utf8,
        arguments::Encoding::Cp932 => Encoding::Cp932,
        arguments::Encoding::Utf16Le => Encoding::Utf16Le,
        arguments::Encoding::Utf16Be => Encoding::Utf16Be,
    }
}

fn ending(rejected: u64) -> Ending {
    if rejected > 0 { Ending::Refused } else { Ending::Done }
}
