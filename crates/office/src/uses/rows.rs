//! Entries of the record of use as rows of a table.

use face::components::{Column, Table, Tone, chip, code, number, table as component};
use face::{Html, Language};
use ledger::{Actor, Entry, Found, Outcome, Subjects};

use super::words;
use crate::{Office, instant, purpose_word};

/// Entries as a table: when, who, what, for what purpose, about how many people, with what outcome and remark.
pub fn table(office: &Office, language: Language, caption: &str, found: &[Found]) -> Html {
    let word = |words: face::Words| words.of(language);
    let columns = [
        Column::text(word(words::WHEN)),
        Column::text(word(words::WHO)),
        Column::text(word(words::WHAT)),
        Column::text(word(words::PURPOSE)),
        Column::number(word(words::PEOPLE)),
        Column::text(word(words::OUTCOME)),
        Column::text(word(words::REMARK)),
    ];
    let rows = found.iter().filter_map(|found| Some(row(office, language, &found.entry().ok()?))).collect();
    component(&Table { caption, columns: &columns, rows, dense: true })
}

fn row(office: &Office, language: Language, entry: &Entry<'_>) -> Vec<Html> {
    let who = match entry.actor {
        Actor::Named(_, id) => code(id),
        Actor::Resident(_) => words::THEMSELVES.of(language).into(),
    };
    let people = match entry.subjects {
        Subjects::Nobody => 0,
        Subjects::Tokens(tokens) => i64::try_from(tokens.len()).unwrap_or(i64::MAX),
        Subjects::Many(count, _) => i64::try_from(count).unwrap_or(i64::MAX),
    };
    let (tone, outcome) = match entry.outcome {
        Outcome::Read => (Tone::Neutral, words::WAS_READ),
        Outcome::Written => (Tone::Information, words::WAS_WRITTEN),
        Outcome::Refused => (Tone::Warning, words::WAS_REFUSED),
    };
    vec![
        instant(entry.instant).into(),
        who,
        office.action_word(language, entry.action).map_or_else(|| code(entry.action), Html::from),
        purpose_word(language, entry.purpose).into(),
        number(people).into(),
        chip(tone, outcome.of(language)),
        if entry.detail.is_empty() { "—" } else { entry.detail }.into(),
    ]
}
