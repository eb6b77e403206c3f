//! The newest entries of the record of use: who did what, on how many people's data. Entries hold no personal data.

use face::components::{Column, Table, number, table};
use face::{Html, Language};
use jiff::tz::Offset;
use ledger::{Actor, Entry, Subjects};
use vocabulary::Party;

use super::words;

/// An entry as it is shown.
pub(super) struct Line {
    /// Milliseconds since 1970 UTC.
    pub(super) instant: i64,
    party: Party,
    who: String,
    what: String,
    people: Option<u64>,
}

impl Line {
    /// What is shown of an entry in a party's record.
    pub(super) fn of(party: &Party, entry: &Entry<'_>) -> Line {
        let who = match entry.actor {
            Actor::Named(_, id) => id.to_owned(),
            Actor::Resident(_) => String::new(),
        };
        let people = match entry.subjects {
            Subjects::Nobody => None,
            Subjects::Tokens(tokens) => u64::try_from(tokens.len()).ok(),
            Subjects::Many(count, _) => Some(count),
        };
        Line { instant: entry.instant, party: party.clone(), who, what: entry.action.to_owned(), people }
    }
}

/// The entries as a table.
pub(super) fn lines(language: Language, lines: &[Line]) -> Html {
    let word = |word: face::Words| word.of(language);
    let columns = [
        Column::text(word(words::AT)),
        Column::text(word(words::PARTY)),
        Column::text(word(words::WHO)),
        Column::text(word(words::WHAT)),
        Column::number(word(words::PEOPLE)),
    ];
    let row = |line: &Line| {
        let who = if line.who.is_empty() { word(words::HERSELF) } else { &line.who };
        let people = line.people.map_or_else(|| "—".to_owned(), |people| number(i64::try_from(people).unwrap_or(i64::MAX)));
        vec![clock(line.instant).into(), line.party.to_string().into(), who.into(), line.what.as_str().into(), people.into()]
    };
    table(&Table { caption: word(words::NEWEST), columns: &columns, rows: lines.iter().map(row).collect(), dense: true })
}

/// Hours, minutes and seconds in Japan.
fn clock(instant: i64) -> String {
    let instant = jiff::Timestamp::from_millisecond(instant).unwrap_or_default();
    Offset::constant(9).to_datetime(instant).strftime("%H:%M:%S").to_string()
}
