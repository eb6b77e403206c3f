//! What proves each control of the privacy impact assessment, and when it last did: the package for an auditor.

mod control;
mod dated;
mod page;
mod words;

use std::path::Path;

use anyhow::Context as _;
use face::Language;
use serde::Serialize;
use vocabulary::Date;

pub(crate) use self::control::State;
use self::control::{Control, Register, System, controls};
use self::dated::{Outcome, Results, Run};
use crate::making;

/// What is told of a control. The first four fields are fixed for who reads the file; the others are added.
#[derive(Debug, Serialize)]
pub(crate) struct Evidence {
    control: String,
    pub(crate) state: State,
    evidence: Vec<String>,
    /// Since when all of it is known to hold: the earliest day of its evidence. Only of what is proven.
    date: Option<Date>,
    passage: String,
    words: String,
    system: System,
    asks: String,
    measure: String,
    figure: String,
    /// What was tried instead of draws at random: all there is.
    instead: Option<String>,
    instead_ja: Option<String>,
    missing: Option<String>,
    missing_ja: Option<String>,
    register: Option<Register>,
    proofs: Vec<Proof>,
    /// The run of the tests that was given.
    run: Option<Run>,
}

/// A piece of evidence.
#[derive(Debug, Serialize)]
struct Proof {
    kind: Kind,
    name: String,
    /// When it last held, or was made.
    date: Option<Date>,
    /// How it ended in the run that was given.
    outcome: Option<Outcome>,
}

/// What a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// A test of the program.
    Test,
    /// A command that looks at what runs.
    Check,
    /// A dated run.
    Record,
}

/// What is told of every control, in the order of the assessment. Where a run is given, a test that failed in it or was not run proves nothing.
pub(crate) fn evidence(results: Option<&Path>) -> anyhow::Result<Vec<Evidence>> {
    let results = results.map(dated::results).transpose()?;
    Ok(controls()?.into_iter().map(|control| of(control, results.as_ref())).collect())
}

fn of(control: Control, results: Option<&Results>) -> Evidence {
    let proofs = proofs(&control, results);
    let ended = |outcome| {
        let those = proofs.iter().filter(|proof| proof.outcome == Some(outcome)).map(|proof| proof.name.as_str());
        those.collect::<Vec<_>>().join(", ")
    };
    let (mut state, mut missing, mut missing_ja) = (control.state, control.missing, control.missing_ja);
    let unmet = [
        (ended(Outcome::Failed), "These tests failed", "不合格の試験"),
        (ended(Outcome::NotRun), "These tests were not run", "未実施の試験"),
    ];
    for (tests, english, japanese) in unmet.into_iter().filter(|(tests, ..)| !tests.is_empty()) {
        state = if state == State::Proven { State::Partly } else { state };
        missing = Some(format!("{} {english}: {tests}.", missing.unwrap_or_default()).trim_start().to_owned());
        missing_ja = Some(format!("{}{japanese}：{tests}。", missing_ja.unwrap_or_default()));
    }
    let dates = proofs.iter().filter(|proof| proof.kind != Kind::Check).map(|proof| proof.date);
    Evidence {
        control: control.id,
        state,
        evidence: proofs.iter().map(Proof::line).collect(),
        date: dates.min().flatten().filter(|_| state == State::Proven),
        passage: control.passage,
        words: control.words,
        system: control.system,
        asks: control.asks,
        measure: control.measure,
        figure: control.figure,
        instead: control.instead,
        instead_ja: control.instead_ja,
        missing,
        missing_ja,
        register: control.register,
        proofs,
        run: results.map(|results| results.run.clone()),
    }
}

/// Tests have the day of the run that is given, and without one that on which the control was judged; a soak that of its row.
fn proofs(control: &Control, results: Option<&Results>) -> Vec<Proof> {
    let tests = control.tests.iter().map(|name| {
        let soak = name.split_once("::").map(|(_, test)| test).filter(|test| test.starts_with("soak_"));
        let (date, outcome) = match (soak, results.map(|results| results.tests.get(name))) {
            (Some(soak), _) => (dated::soaked(soak), None),
            (None, Some(Some((date, Outcome::Passed)))) => (Some(*date), Some(Outcome::Passed)),
            (None, Some(ended)) => (None, Some(ended.map_or(Outcome::NotRun, |(_, outcome)| *outcome))),
            (None, None) => (control.judged, None),
        };
        Proof { kind: Kind::Test, name: name.clone(), date, outcome }
    });
    let checks = control.checks.iter().map(|name| Proof { kind: Kind::Check, name: name.clone(), date: None, outcome: None });
    let records =
        control.records.iter().map(|name| Proof { kind: Kind::Record, name: name.clone(), date: dated::recorded(name), outcome: None });
    tests.chain(checks).chain(records).collect()
}

impl Proof {
    fn line(&self) -> String {
        let kind = match self.kind {
            Kind::Test => "test",
            Kind::Check => "check",
            Kind::Record => "record",
        };
        format!("{kind} {}", self.name)
    }
}

/// How many controls are in each state.
pub(crate) fn counts(all: &[Evidence]) -> [(State, usize); 4] {
    State::ALL.map(|state| (state, all.iter().filter(|one| one.state == state).count()))
}

/// The run that was given.
pub(crate) fn run(all: &[Evidence]) -> Option<&Run> {
    all.iter().find_map(|one| one.run.as_ref())
}

/// Whether a test that is claimed failed in the run that was given, or was not run.
pub(crate) fn unmet(all: &[Evidence]) -> bool {
    all.iter().flat_map(|one| &one.proofs).any(|proof| matches!(proof.outcome, Some(Outcome::Failed | Outcome::NotRun)))
}

/// Writes the package: `evidence.json`, `evidence.csv`, and pages in both languages with what they load.
pub(crate) fn write(all: &[Evidence], out: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let put = |name: &str, content: &[u8]| making::write(&out.join(name), content);
    put("evidence.json", (serde_json::to_string_pretty(all)? + "\n").as_bytes())?;
    put("evidence.csv", &sheet(all)?)?;
    put(page::STYLESHEET, page::stylesheet()?)?;
    for language in Language::ALL {
        put(page::name(language), page::page(all, language).as_bytes())?;
    }
    Ok(())
}

/// A line for each control, for a spreadsheet: with a mark, so that it is read as UTF-8.
fn sheet(all: &[Evidence]) -> anyhow::Result<Vec<u8>> {
    let mut writer = sheets::Writer::for_people("\u{feff}".as_bytes().to_vec());
    writer.row(["control", "PIA", "words", "system", "asks", "figure", "state", "evidence", "date", "instead", "missing"])?;
    for one in all {
        let register = one.register.map(|register| register.words().of(Language::Japanese).to_owned());
        let missing = one.missing_ja.clone().into_iter().chain(register).collect::<Vec<_>>().join("\n");
        let instead = one.instead_ja.clone().unwrap_or_default();
        let (evidence, date) = (one.evidence.join("\n"), one.date.map(|date| date.to_string()).unwrap_or_default());
        let [system, state] = [one.system.words(), one.state.words()].map(|words| words.of(Language::Japanese));
        let Evidence { control, passage, words, asks, figure, .. } = one;
        writer.row(
            [control, passage, words, system, asks, figure, state, &evidence, &date, &instead, &missing].map(<str as AsRef<str>>::as_ref),
        )?;
    }
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests;
