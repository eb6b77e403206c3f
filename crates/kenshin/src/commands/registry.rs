//! `kenshin registry …`: the registry's work on its room, without a server.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::registry::Desk;
use ::registry::files::encoding::Encoding;
use ::registry::residents::Event;
use ::registry::results;
use access::Caller;
use anyhow::Context as _;
use vocabulary::{FiscalYear, Purpose, ResidentNumber};
use wire::Party;

use crate::arguments::{self, City, Eligible, Explain, ImportResidents, ImportResults, Match, Registry};
use crate::place::Place;
use crate::{Ending, output};

/// Does what was asked of the registry.
pub(crate) fn run(registry: &Registry) -> anyhow::Result<Ending> {
    match registry {
        Registry::ImportResidents(options) => import_residents(options),
        Registry::Eligible(options) => eligible(options),
        Registry::Explain(options) => explain(options),
        Registry::Match(options) => identify(options),
        Registry::ImportResults(options) => import_results(options),
    }
}

/// The registry's desk, and its operator acting for a purpose.
fn desk(city: &City, purpose: Purpose) -> anyhow::Result<(Place, Desk, Caller)> {
    let place = Place::open(&city.place)?;
    let code = super::municipality(&city.municipality)?;
    let master = place.master(&Party::of("registry", code)?)?;
    let desk = Desk::open(place.rooms(), code, master, Arc::clone(place.clock()), Arc::clone(place.entropy()))?;
    let caller = Caller::console("command-line", Some(code), purpose, place.entropy().id128());
    Ok((place, desk, caller))
}

fn import_residents(options: &ImportResidents) -> anyhow::Result<Ending> {
    let (_, desk, caller) = desk(&options.city, Purpose::ResidentImport)?;
    let mut rejects = Rejects::beside(&options.file, options.rejects.as_deref())?;
    let bar = output::spinner("importing residents");
    let imported = desk.import_residents(&caller, &options.file, encoding(options.encoding), &mut rejects, &mut |event| match event {
        Event::Progress(rows) => bar.set_message(format!("{rows} rows")),
        Event::UnknownHeading(heading) => output::say(&format!("the column {heading} is not known here and ignored")),
        Event::Rejected(rejected) => {
            output::say(&format!("line {}: {} {}", rejected.line, rejected.column, rejected.reason));
        }
    })?;
    bar.finish_and_clear();
    rejects.keep(imported.rejected)?;
    output::result(options.json, &imported, |imported| {
        let ::registry::residents::Imported { already_imported, read, added, changed, unchanged, rejected, .. } = imported;
        let again = if *already_imported { "; this file was taken in before; nothing was written" } else { "" };
        format!("{read} rows: {added} new, {changed} changed, {unchanged} unchanged, {rejected} refused{again}")
    })?;
    Ok(ending(imported.rejected))
}

fn eligible(options: &Eligible) -> anyhow::Result<Ending> {
    let (place, desk, caller) = desk(&options.city, Purpose::Eligibility)?;
    let on = super::date(options.on.as_deref(), place.clock().today())?;
    let year = FiscalYear(options.fiscal_year);
    let mut out = BufWriter::new(File::create(&options.out).with_context(|| options.out.display().to_string())?);
    let lines = desk.eligible(&caller, year, options.programme.as_deref(), on, &mut out)?;
    out.flush()?;
    output::result(options.json, &serde_json::json!({ "rows": lines }), |_| format!("{lines} rows in {}", options.out.display()))?;
    Ok(Ending::Done)
}

fn explain(options: &Explain) -> anyhow::Result<Ending> {
    let (place, desk, caller) = desk(&options.city, Purpose::Eligibility)?;
    let on = super::date(options.on.as_deref(), place.clock().today())?;
    let resident = ResidentNumber::parse(&options.resident).context("--resident")?;
    let explanation = desk.explain(&caller, &resident, &options.programme, on)?;
    let verdicts = explanation.verdicts.iter().map(|verdict| {
        serde_json::json!({ "examination": verdict.examination, "due": verdict.is_due(), "ja": verdict.ja(), "en": verdict.en() })
    });
    let value = serde_json::json!({ "programme": options.programme, "on": on.to_string(), "age": explanation.age, "verdicts": verdicts.collect::<Vec<_>>() });
    output::result(options.json, &value, |_| explanation.ja())?;
    Ok(Ending::Done)
}

fn identify(options: &Match) -> anyhow::Result<Ending> {
    let (_, desk, caller) = desk(&options.city, Purpose::Identification)?;
    let file = File::open(&options.file).with_context(|| options.file.display().to_string())?;
    let mut out = BufWriter::new(File::create(&options.out).with_context(|| options.out.display().to_string())?);
    let spinner = output::spinner("identifying people by the five items");
    let matched = ::registry::identification::identify(desk.room(), &caller, file, Encoding::Auto, &mut out, &mut |row| {
        output::say(&format!("line {}: {}; its answer is 該当なし", row.line, row.reason));
    })?;
    spinner.finish_and_clear();
    output::result(options.json, &matched, |matched| {
        format!("一致 {}, 要確認 {}, 該当なし {} in {}", matched.matched, matched.review, matched.unmatched, options.out.display())
    })?;
    Ok(Ending::Done)
}

fn import_results(options: &ImportResults) -> anyhow::Result<Ending> {
    let (_, desk, caller) = desk(&options.city, Purpose::ResultEntry)?;
    let mut rejects = Rejects::beside(&options.file, options.rejects.as_deref())?;
    let file = File::open(&options.file).with_context(|| options.file.display().to_string())?;
    let name = options.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let spinner = output::spinner("importing results");
    let mut refused = ::registry::files::Rejects::to(&mut rejects, &name);
    let mut hear = |event: results::Event| match event {
        results::Event::Progress(rows) => spinner.set_message(format!("{rows} rows")),
        results::Event::Rejected(row) => {
            refused.add(&row);
            output::say(&format!("line {}: {} {}", row.line, row.column, row.reason));
        }
    };
    let record_type = u16::from(options.record_type);
    let imported = results::import(desk.room(), &caller, desk.catalogue(), record_type, file, &name, Encoding::Auto, &mut hear)?;
    refused.finish()?;
    spinner.finish_and_clear();
    rejects.keep(imported.rejected)?;
    output::result(options.json, &imported, |imported| {
        let results::Imported { read, added, corrected, unchanged, rejected } = imported;
        format!("{read} rows: {added} new, {corrected} corrected, {unchanged} known, {rejected} refused")
    })?;
    Ok(ending(imported.rejected))
}

fn encoding(encoding: arguments::Encoding) -> Encoding {
    match encoding {
        arguments::Encoding::Auto => Encoding::Auto,
        arguments::Encoding::Utf8 => Encoding::Utf8,
        arguments::Encoding::Cp932 => Encoding::Cp932,
    }
}

fn ending(rejected: u64) -> Ending {
    if rejected > 0 { Ending::Refused } else { Ending::Done }
}

/// The file of refused rows: kept when there are some, away when there are none.
struct Rejects {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Rejects {
    fn beside(input: &Path, asked: Option<&Path>) -> anyhow::Result<Rejects> {
        let path = asked.map_or_else(|| input.with_extension("rejects.csv"), Path::to_path_buf);
        let file = BufWriter::new(File::create(&path).with_context(|| format!("the file of rejects {}", path.display()))?);
        Ok(Rejects { path, file })
    }

    fn keep(mut self, rejected: u64) -> anyhow::Result<()> {
        self.file.flush()?;
        if rejected == 0 {
            std::fs::remove_file(&self.path)?;
        } else {
            output::say(&format!("refused rows are in {}", self.path.display()));
        }
        Ok(())
    }
}

impl std::io::Write for Rejects {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
