//! The pages of the package, one in each language: files that a browser opens without a server.

use anyhow::Context as _;
use face::components::{Column, Statistic, Table, Tone, chip, code, description_list, disclosure, paragraph, section, statistics, table};
use face::{Html, Language};

use super::{Evidence, Kind, Outcome, Proof, State, counts, words};

/// What the pages load, beside them.
pub(super) const STYLESHEET: &str = "face.css";

/// The file of a language.
pub(super) const fn name(language: Language) -> &'static str {
    match language {
        Language::Japanese => "index.html",
        Language::English => "index.en.html",
    }
}

/// The looks of every page of the house.
pub(super) fn stylesheet() -> anyhow::Result<&'static [u8]> {
    Ok(face::asset(face::stylesheet_path()).context("face has no stylesheet")?.body)
}

/// All controls by chapter.
pub(super) fn page(all: &[Evidence], language: Language) -> String {
    let other = Language::ALL.into_iter().find(|other| *other != language).unwrap_or(language);
    let [lang, title, lead] = [language.code(), words::TITLE.of(language), words::LEAD.of(language)];
    let [link, to, of_link] = [other.own_name(), name(other), other.code()];
    let run = super::run(all).map_or_else(
        || words::NO_RUN.of(language).to_owned(),
        |run| words::RUN.with(language, &[("commit", &run.commit), ("databases", &run.databases)]),
    );
    let body = Html::all([paragraph(&run), glance(all, language), states(language), chapters(all, language)]);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"stylesheet\" href=\"{STYLESHEET}\">\n</head>\n<body>\n<main id=\"main\" class=\"main\" data-width=\"full\">\n\
         <p><a href=\"{to}\" lang=\"{of_link}\" hreflang=\"{of_link}\">{link}</a></p>\n<h1>{title}</h1>\n<p class=\"lead\">{lead}</p>\n{}\n\
         </main>\n</body>\n</html>\n",
        body.as_str()
    )
}

fn glance(all: &[Evidence], language: Language) -> Html {
    let of = words::OF.with(language, &[("all", &all.len())]);
    let counted = counts(all).map(|(state, count)| (state.words().of(language), count.to_string()));
    let figures = counted.each_ref().map(|(label, value)| Statistic { label, value, unit: words::UNIT.of(language), note: Some(&of) });
    section(words::AT_A_GLANCE.of(language), [statistics(&figures)])
}

fn states(language: Language) -> Html {
    let meaning = |state: State| match state {
        State::Proven => words::PROVEN,
        State::Partly => words::PARTLY,
        State::Absent => words::ABSENT,
        State::Human => words::HUMAN,
    };
    let rows = State::ALL.map(|state| (state.words().of(language), paragraph(meaning(state).of(language))));
    section(words::STATES.of(language), [description_list(rows)])
}

/// A table for each chapter, in the order of the assessment.
fn chapters(all: &[Evidence], language: Language) -> Html {
    let columns =
        [words::CONTROL, words::SENTENCE, words::STATE, words::DATE, words::EVIDENCE].map(|words| Column::text(words.of(language)));
    let tables = all.chunk_by(|one, next| chapter(one) == chapter(next)).map(|controls| {
        let title = words::CHAPTER.with(language, &[("chapter", &controls.first().map(chapter).unwrap_or_default())]);
        let rows = controls.iter().map(|one| row(one, language)).collect();
        section(&title, [table(&Table { caption: &title, columns: &columns, rows, dense: true })])
    });
    tables.collect()
}

/// Part and chapter, such as III-3.
fn chapter(one: &Evidence) -> &str {
    one.passage.split(' ').next().unwrap_or_default()
}

fn row(one: &Evidence, language: Language) -> Vec<Html> {
    let tone = match one.state {
        State::Proven => Tone::Success,
        State::Partly => Tone::Warning,
        State::Absent => Tone::Error,
        State::Human => Tone::Neutral,
    };
    vec![
        Html::all([code(&one.control), paragraph(&format!("{} ・ {}", one.system.words().of(language), one.passage))]),
        Html::text(&one.words),
        chip(tone, one.state.words().of(language)),
        Html::text(&one.date.map(|date| date.to_string()).unwrap_or_default()),
        disclosure(&words::EVIDENCE_OF.with(language, &[("count", &one.proofs.len())]), details(one, language)),
    ]
}

fn details(one: &Evidence, language: Language) -> Html {
    let (instead, missing) = match language {
        Language::Japanese => (&one.instead_ja, &one.missing_ja),
        Language::English => (&one.instead, &one.missing),
    };
    let said = [
        (words::ASKS, Some(one.asks.clone())),
        (words::FIGURE, Some(one.figure.clone())),
        (words::INSTEAD, instead.clone()),
        (words::MISSING, missing.clone()),
    ];
    let register = one.register.map(|register| register.words().of(language).to_owned());
    let said = said.into_iter().chain([(words::REGISTER, register)]);
    let said = said.filter_map(|(words, text)| Some((words.of(language), paragraph(&text?))));
    description_list(said.chain(one.proofs.iter().map(|proof| proved(proof, language))))
}

fn proved(proof: &Proof, language: Language) -> (&'static str, Html) {
    let kind = match proof.kind {
        Kind::Test => words::TEST,
        Kind::Check => words::CHECK,
        Kind::Record => words::RECORD,
    };
    let ended = match (proof.outcome, proof.date) {
        (Some(Outcome::Failed), _) => words::FAILED.of(language).to_owned(),
        (_, Some(date)) => date.to_string(),
        (Some(Outcome::NotRun), None) => words::NOT_RUN.of(language).to_owned(),
        (_, None) if proof.kind == Kind::Record => words::NOT_RUN.of(language).to_owned(),
        // How it ended is known to who ran the tests.
        (_, None) => String::new(),
    };
    (kind.of(language), Html::all([code(&proof.name), Html::text(" "), Html::text(&ended)]))
}
