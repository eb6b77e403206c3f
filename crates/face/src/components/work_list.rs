//! A list to be worked through: filtered, sorted, page after page by the key of its last row, with acts on the rows that were chosen.

use askama::Template;

use super::{Column, Emphasis};
use crate::{Html, Language, words};

/// A part of the list to look at.
#[derive(Debug, Clone, Copy)]
pub struct Filter<'a> {
    /// The list of it.
    pub href: &'a str,
    /// Its words.
    pub text: &'a str,
    /// Whether it is what is shown.
    pub is_current: bool,
}

/// How rows stand by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    /// The least first.
    Up,
    /// The greatest first.
    Down,
}

/// A column, and the list sorted by it.
#[derive(Debug, Clone, Copy)]
pub struct SortColumn<'a> {
    /// The column.
    pub column: Column<'a>,
    /// The list sorted by it, or the other way round; none where it cannot be sorted by.
    pub href: Option<&'a str>,
    /// How the list is sorted by it now.
    pub sorted: Option<Sorted>,
}

impl<'a> SortColumn<'a> {
    /// A column that the list cannot be sorted by.
    pub const fn fixed(column: Column<'a>) -> Self {
        SortColumn { column, href: None, sorted: None }
    }

    fn order(&self) -> &'static str {
        match self.sorted {
            Some(Sorted::Up) => "ascending",
            Some(Sorted::Down) => "descending",
            None => "none",
        }
    }

    fn sign(&self) -> &'static str {
        match self.sorted {
            Some(Sorted::Up) => " ▲",
            Some(Sorted::Down) => " ▼",
            None => "",
        }
    }
}

/// A row; the first cell names it.
#[derive(Debug, Clone)]
pub struct WorkRow {
    /// What is sent for it when it is chosen; none where nothing can be done to it.
    pub key: Option<String>,
    /// What the box beside it is called.
    pub name: String,
    /// As many cells as there are columns.
    pub cells: Vec<Html>,
}

/// An act on the rows that were chosen.
#[derive(Debug, Clone, Copy)]
pub struct BulkAct<'a> {
    /// Where it is sent to.
    pub action: &'a str,
    /// Its words.
    pub text: &'a str,
    /// How it looks.
    pub emphasis: Emphasis,
}

/// What can be done to the rows that were chosen. They are sent as `row`, each by its key.
#[derive(Clone, Copy)]
pub struct Bulk<'a> {
    /// The session's word for forms.
    pub csrf: &'a str,
    /// The acts.
    pub acts: &'a [BulkAct<'a>],
    /// The label of the field `reason`, where one is asked for.
    pub reason: Option<&'a str>,
}

/// Without the word.
impl std::fmt::Debug for Bulk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bulk({:?})", self.acts)
    }
}

/// The list.
#[derive(Debug, Clone)]
pub struct WorkList<'a> {
    /// The page's language.
    pub language: Language,
    /// What it shows.
    pub caption: &'a str,
    /// Parts of it to look at; none for one without parts.
    pub filters: &'a [Filter<'a>],
    /// Its columns.
    pub columns: &'a [SortColumn<'a>],
    /// Its rows on this page.
    pub rows: Vec<WorkRow>,
    /// What can be done to rows.
    pub bulk: Option<Bulk<'a>>,
    /// The first page, on a later one.
    pub first: Option<&'a str>,
    /// The page after this one.
    pub next: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "components/work_list.html")]
struct WorkListView<'a> {
    list: &'a WorkList<'a>,
}

impl WorkListView<'_> {
    fn word(&self, words: crate::Words) -> &'static str {
        words.of(self.list.language)
    }

    /// On a phone there is no head to a table: what it can be sorted by stands above it.
    fn can_be_sorted(&self) -> bool {
        self.list.columns.iter().any(|column| column.href.is_some())
    }

    fn chosen(&self, row: &WorkRow) -> String {
        words::CHOOSE_ROW.with(self.list.language, &[("row", &row.name)])
    }

    fn cells<'b>(&'b self, row: &'b WorkRow) -> impl Iterator<Item = (&'b Column<'b>, &'b Html)> {
        self.list.columns.iter().map(|column| &column.column).zip(&row.cells)
    }
}

/// The list, or what there is to say when it is empty.
pub fn work_list(list: &WorkList<'_>) -> Html {
    Html::rendered(&WorkListView { list })
}
