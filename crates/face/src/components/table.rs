//! Tables. On a phone each row becomes a block with the names of its columns.

use askama::Template;

use crate::Html;

/// Where the values of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At its beginning: words.
    #[default]
    Start,
    /// At its end: numbers.
    End,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where its values stand.
    pub align: Align,
}

impl<'a> Column<'a> {
    /// A column of words.
    pub const fn text(name: &'a str) -> Self {
        Column { name, align: Align::Start }
    }

    /// A column of numbers.
    pub const fn number(name: &'a str) -> Self {
        Column { name, align: Align::End }
    }

    pub(super) fn align(&self) -> &'static str {
        match self.align {
            Align::Start => "start",
            Align::End => "end",
        }
    }
}

/// A table; the first cell of a row names it.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// What it shows.
    pub caption: &'a str,
    /// Its columns.
    pub columns: &'a [Column<'a>],
    /// Its rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<Html>>,
    /// Whether rows stand close, for looking through many.
    pub dense: bool,
}

#[derive(Template)]
#[template(path = "components/table.html")]
struct TableView<'a> {
    table: &'a Table<'a>,
}

impl TableView<'_> {
    fn cells<'b>(&'b self, row: &'b [Html]) -> impl Iterator<Item = (&'b Column<'b>, &'b Html)> {
        self.table.columns.iter().zip(row)
    }
}

/// A table. For no rows at all, [`super::empty`] says it better.
pub fn table(table: &Table<'_>) -> Html {
    Html::rendered(&TableView { table })
}
