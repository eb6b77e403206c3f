//! The rows of a list: each value as it is shown, as a file tells it, and as it is sorted.

use face::Html;
use face::components::{code, number};

use crate::instant;

/// By what a value is sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// A number, a day, an instant.
    Number(i64),
    /// Anything else.
    Text(String),
}

impl Rank {
    pub(super) fn written(&self) -> String {
        match self {
            Rank::Number(number) => format!("n{number}"),
            Rank::Text(text) => format!("t{text}"),
        }
    }

    pub(super) fn read(written: &str) -> Option<Rank> {
        match written.strip_prefix('n') {
            Some(number) => number.parse().ok().map(Rank::Number),
            None => written.strip_prefix('t').map(|text| Rank::Text(text.to_owned())),
        }
    }
}

/// A value of a row.
#[derive(Clone, Debug)]
pub struct Cell {
    shown: Html,
    told: String,
    rank: Rank,
}

impl Cell {
    /// Words.
    pub fn text(text: &str) -> Cell {
        Cell { shown: text.into(), told: text.to_owned(), rank: Rank::Text(text.to_owned()) }
    }

    /// Something to be read letter by letter.
    pub fn code(text: &str) -> Cell {
        Cell::text(text).shown(code(text))
    }

    /// A number.
    pub fn number(value: i64) -> Cell {
        Cell { shown: number(value).into(), told: value.to_string(), rank: Rank::Number(value) }
    }

    /// An instant, in milliseconds since 1970 UTC.
    pub fn instant(milliseconds: i64) -> Cell {
        Cell::text(&instant(milliseconds)).ranked(milliseconds)
    }

    /// The same, shown in another way.
    #[must_use]
    pub fn shown(self, shown: Html) -> Cell {
        Cell { shown, ..self }
    }

    /// The same, sorted by a number.
    #[must_use]
    pub fn ranked(self, rank: i64) -> Cell {
        Cell { rank: Rank::Number(rank), ..self }
    }

    pub(super) fn told(&self) -> &str {
        &self.told
    }

    pub(crate) fn into_shown(self) -> Html {
        self.shown
    }
}

/// A row.
#[derive(Clone, Debug)]
pub struct ListRow {
    /// What tells it from the others, and what is sent when it is chosen.
    pub key: String,
    /// Whether it can be chosen.
    pub can_be_chosen: bool,
    /// What the box beside it is called.
    pub name: String,
    /// As many as there are columns.
    pub cells: Vec<Cell>,
}

impl ListRow {
    /// By what it stands where it stands, in a list that is sorted by the column of this place.
    pub(super) fn standing(&self, place: usize) -> (&Rank, &str) {
        static NOTHING: Rank = Rank::Number(0);
        (self.cells.get(place).map_or(&NOTHING, |cell| &cell.rank), &self.key)
    }
}
