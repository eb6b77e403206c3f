//! A list of the office: which part of it, in what order, the page after which row; and all of it as a file for a spreadsheet.
//!
//! A feature says once what its list is ([`ListForm`]), reads what is asked for from the address ([`ListForm::asked`]) and hands its rows over:
//! all of them where they are few ([`ListPage::cut`] sorts and cuts), or those of a page where a database has sorted them. The export is a form
//! at `<path>/export` with the same address behind it; the feature records it before it answers.

mod asked;
mod file;
mod row;
mod show;

use std::cmp::Ordering;

use face::components::Align;
use face::{Language, Words};

pub use asked::{ListAsked, Mark};
pub(crate) use file::WORKBOOK;
pub use row::{Cell, ListRow, Rank};

/// Rows of a page.
pub const PAGE_ROWS: usize = 50;
/// Rows of an export: a spreadsheet is for looking through, not for moving a city's data.
pub const EXPORT_ROWS: usize = 10_000;

/// A column, and whether the list can be sorted by it.
#[derive(Clone, Copy, Debug)]
pub struct ListColumn {
    /// What it is called in an address.
    pub name: &'static str,
    /// Its heading.
    pub words: Words,
    /// Where its values stand.
    pub align: Align,
    /// Whether the list can be sorted by it.
    pub is_sortable: bool,
}

impl ListColumn {
    /// A column of words by which the list can be sorted.
    pub const fn text(name: &'static str, words: Words) -> ListColumn {
        ListColumn { name, words, align: Align::Start, is_sortable: true }
    }

    /// A column of numbers by which the list can be sorted.
    pub const fn number(name: &'static str, words: Words) -> ListColumn {
        ListColumn { align: Align::End, ..ListColumn::text(name, words) }
    }

    /// A column by which nobody sorts.
    pub const fn fixed(name: &'static str, words: Words) -> ListColumn {
        ListColumn { is_sortable: false, ..ListColumn::text(name, words) }
    }
}

/// How a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The name of the column it is sorted by.
    pub column: &'static str,
    /// Whether the greatest stands first.
    pub is_down: bool,
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is called in an address; the first part of a list needs no name.
    pub name: String,
    /// What it is called on the page.
    pub text: String,
}

impl Part {
    /// A part that has its words.
    pub fn of(language: Language, name: &str, words: Words) -> Part {
        Part { name: name.to_owned(), text: words.of(language).to_owned() }
    }
}

/// What a list is.
#[derive(Clone, Debug)]
pub struct ListForm {
    /// Where it is.
    pub path: &'static str,
    /// What it shows.
    pub caption: Words,
    /// Its parts, first the one that is shown when nobody says; none where it has no parts.
    pub parts: Vec<Part>,
    /// Its columns.
    pub columns: &'static [ListColumn],
    /// How it stands when nobody says.
    pub order: Order,
}

/// The rows of a page.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// In their order.
    pub rows: Vec<ListRow>,
    /// Whether there are more after them.
    pub has_more: bool,
}

impl ListPage {
    /// What a page shows of all the rows, however they stand.
    pub fn cut(form: &ListForm, asked: &ListAsked, rows: Vec<ListRow>) -> ListPage {
        ListPage::from_more(ListPage::all_after(form, asked, rows))
    }

    /// This page and all after it, however the rows stand: what an export tells.
    pub fn all_after(form: &ListForm, asked: &ListAsked, rows: Vec<ListRow>) -> Vec<ListRow> {
        let mut rows = form.sorted(asked, rows);
        if let Some(after) = &asked.after {
            let place = form.place(asked.order);
            let beyond = if asked.order.is_down { Ordering::Less } else { Ordering::Greater };
            rows.retain(|row| row.standing(place).cmp(&after.standing()) == beyond);
        }
        rows.truncate(EXPORT_ROWS);
        rows
    }

    /// The rows that a database has sorted: one more than a page has says that there are more.
    pub fn from_more(mut rows: Vec<ListRow>) -> ListPage {
        let has_more = rows.len() > PAGE_ROWS;
        rows.truncate(PAGE_ROWS);
        ListPage { rows, has_more }
    }
}

impl ListForm {
    /// All rows in the order that was asked for.
    pub fn sorted(&self, asked: &ListAsked, mut rows: Vec<ListRow>) -> Vec<ListRow> {
        let place = self.place(asked.order);
        rows.sort_by(|one, other| one.standing(place).cmp(&other.standing(place)));
        if asked.order.is_down {
            rows.reverse();
        }
        rows
    }

    /// The place of the column that a list is sorted by.
    fn place(&self, order: Order) -> usize {
        self.columns.iter().position(|column| column.name == order.column).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    face::words! {
        const;
        CAPTION = "一覧", "A list";
        COUNT = "件数", "Count";
        NAME = "名称", "Name";
    }

    const COLUMNS: &[ListColumn] = &[ListColumn::text("name", NAME), ListColumn::number("count", COUNT)];

    fn form() -> ListForm {
        let parts = ["", "odd"].map(|name| Part::of(Language::English, name, CAPTION)).to_vec();
        ListForm { path: "/list", caption: CAPTION, parts, columns: COLUMNS, order: Order { column: "name", is_down: false } }
    }

    fn rows(count: i64) -> Vec<ListRow> {
        let row = |number: i64| ListRow {
            key: format!("{number:03}"),
            can_be_chosen: false,
            name: String::new(),
            cells: vec![Cell::text(&format!("n{:02}", number % 7)), Cell::number(number / 10)],
        };
        (0..count).map(row).collect()
    }

    fn asked(address: &str) -> ListAsked {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        form().read(&pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<HashMap<_, _>>())
    }

    #[test]
    fn t_20_every_row_stands_on_one_page_whatever_the_order() {
        for address in ["/list", "/list?sort=-name", "/list?sort=count", "/list?sort=-count&part=odd"] {
            let form = form();
            let (mut address, mut keys) = (address.to_owned(), Vec::new());
            loop {
                let asked = asked(&address);
                let page = ListPage::cut(&form, &asked, rows(173));
                assert!(page.rows.len() <= PAGE_ROWS);
                keys.extend(page.rows.iter().map(|row| row.key.clone()));
                let Some(next) = form.next(&asked, &page) else { break };
                address = next;
            }
            let sorted: Vec<String> = form.sorted(&asked(&address), rows(173)).into_iter().map(|row| row.key).collect();
            assert_eq!(keys, sorted, "{address}");
            assert_eq!(keys.len(), 173);
        }
    }

    #[test]
    fn t_20_a_row_that_goes_between_two_pages_takes_no_other_with_it() {
        let form = form();
        let first = ListPage::cut(&form, &asked("/list?sort=count"), rows(120));
        let next = form.next(&asked("/list?sort=count"), &first).unwrap();
        let gone = first.rows.last().unwrap().key.clone();
        let left: Vec<ListRow> = rows(120).into_iter().filter(|row| row.key != gone).collect();
        let second = ListPage::cut(&form, &asked(&next), left);
        assert_eq!(second.rows.first().unwrap().key, "050");
    }

    #[tokio::test]
    async fn a_workbook_is_made_while_others_are_answered() {
        let form = form();
        let mut file = std::pin::pin!(form.file(Language::Japanese, rows(5_000)));
        let at_once = tokio::time::timeout(std::time::Duration::ZERO, file.as_mut()).await;
        assert!(at_once.is_err(), "it is not made on the thread that answers");
        assert_eq!(file.await.status(), 200);
    }

    #[test]
    fn what_nobody_can_ask_for_is_the_list_as_it_stands() {
        let plain = asked("/list");
        for odd in ["/list?sort=other", "/list?part=other", "/list?after=zz", "/list?after=00ff"] {
            assert_eq!(asked(odd), plain, "{odd}");
        }
        assert_eq!(asked("/list?sort=-name").order, Order { column: "name", is_down: true });
    }
}
