//! Entries of the record of use as rows of a table.

use face::components::{Column, Table, Tone, chip, table as component};
use face::{Html, Language};
use ledger::{Actor, Entry, Found, Outcome, Subjects};

use super::words;
use crate::list::{Cell, ListColumn, ListRow};
use crate::{Office, purpose_word};

/// When, who, what, for what purpose, about how many people, with what outcome and remark. They stand in the order in which they came to pass.
pub(super) const COLUMNS: &[ListColumn] = &[
    ListColumn::text("when", words::WHEN),
    ListColumn::fixed("who", words::WHO),
    ListColumn::fixed("what", words::WHAT),
    ListColumn::fixed("purpose", words::PURPOSE),
    ListColumn { is_sortable: false, ..ListColumn::number("people", words::PEOPLE) },
    ListColumn::fixed("outcome", words::OUTCOME),
    ListColumn::fixed("remark", words::REMARK),
];

/// Entries as a table.
pub fn table(office: &Office, language: Language, caption: &str, found: &[Found]) -> Html {
    let columns: Vec<Column<'_>> = COLUMNS.iter().map(|column| Column { name: column.words.of(language), align: column.align }).collect();
    let rows = rows(office, language, found).into_iter().map(|row| row.cells.into_iter().map(Cell::into_shown).collect());
    component(&Table { caption, columns: &columns, rows: rows.collect(), dense: true })
}

/// Entries as rows of a list, by their position.
pub(super) fn rows(office: &Office, language: Language, found: &[Found]) -> Vec<ListRow> {
    let row = |found: &Found| {
        let position = i64::try_from(found.position).unwrap_or(i64::MAX);
        let cells = found.entry().map_or_else(|_| doubted(language, position), |entry| cells(office, language, position, &entry));
        ListRow { key: position.to_string(), can_be_chosen: false, name: String::new(), cells }
    };
    found.iter().map(row).collect()
}

/// In place of an entry that is not as it was recorded: what lies there would be read as true.
fn doubted(language: Language, position: i64) -> Vec<Cell> {
    let outcome = words::IS_DOUBTED.of(language);
    let nothing = || Cell::text("—");
    vec![
        nothing().ranked(position),
        nothing(),
        nothing(),
        nothing(),
        nothing(),
        Cell::text(outcome).shown(chip(Tone::Error, outcome)),
        Cell::text(&words::DOUBTED.with(language, &[("position", &position)])),
    ]
}

fn cells(office: &Office, language: Language, position: i64, entry: &Entry<'_>) -> Vec<Cell> {
    let who = match entry.actor {
        Actor::Named(_, id) => Cell::code(id),
        Actor::Resident(_) => Cell::text(words::THEMSELVES.of(language)),
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
    let remark = Cell::text(&office.remark(language, entry.detail));
    vec![
        Cell::instant(entry.instant).ranked(position),
        who,
        office.action_word(language, entry.action).map_or_else(|| Cell::code(entry.action), Cell::text),
        Cell::text(&purpose_word(language, entry.purpose)),
        Cell::number(people),
        Cell::text(outcome.of(language)).shown(chip(tone, outcome.of(language))),
        if entry.detail.is_empty() { remark.shown("—".into()) } else { remark },
    ]
}
