//! A list on a page.

use face::Html;
use face::components::{Bulk, Button, Column, Emphasis, Filter, SortColumn, Sorted, WorkList, WorkRow, buttons, post_button, work_list};

use super::{EXPORT_ROWS, ListAsked, ListForm, ListPage, Order};
use crate::{Office, Visit, words};

impl Office {
    /// The list with its parts, its order, its pages, what can be done to chosen rows, and the way to a file of it.
    pub fn list(&self, visit: &Visit, form: &ListForm, asked: &ListAsked, page: ListPage, bulk: Option<Bulk<'_>>) -> Html {
        let language = visit.guest.language;
        let hrefs: Vec<String> = form.parts.iter().map(|part| form.href(&part.name, asked.order)).collect();
        let filters: Vec<Filter<'_>> = form
            .parts
            .iter()
            .zip(&hrefs)
            .map(|(part, href)| Filter { href, text: &part.text, is_current: part.name == asked.part })
            .collect();
        let sorted = |name: &str| (name == asked.order.column).then_some(if asked.order.is_down { Sorted::Down } else { Sorted::Up });
        // By the column it is sorted by already: the other way round.
        let sorts: Vec<Option<String>> = form
            .columns
            .iter()
            .map(|column| {
                let order = Order { column: column.name, is_down: sorted(column.name) == Some(Sorted::Up) };
                column.is_sortable.then(|| form.href(&asked.part, order))
            })
            .collect();
        let columns: Vec<SortColumn<'_>> = form
            .columns
            .iter()
            .zip(&sorts)
            .map(|(column, href)| SortColumn {
                column: Column { name: column.words.of(language), align: column.align },
                href: href.as_deref(),
                sorted: sorted(column.name),
            })
            .collect();
        let first = asked.after.as_ref().map(|_| form.href(&asked.part, asked.order));
        let next = form.next(asked, &page);
        let is_empty = page.rows.is_empty();
        let rows = page.rows.into_iter().map(|row| WorkRow {
            key: row.can_be_chosen.then_some(row.key),
            name: row.name,
            cells: row.cells.into_iter().map(super::Cell::into_shown).collect(),
        });
        let list = work_list(&WorkList {
            language,
            caption: form.caption.of(language),
            filters: &filters,
            columns: &columns,
            rows: rows.collect(),
            bulk,
            first: first.as_deref(),
            next: next.as_deref(),
        });
        let text = words::EXPORT.with(language, &[("most", &face::components::number(EXPORT_ROWS as i64))]);
        let action = form.export(asked);
        let button = Button { action: &action, csrf: visit.session.csrf(), values: &[], text: &text, emphasis: Emphasis::Tertiary };
        let export = if is_empty { Html::empty() } else { buttons([post_button(&button)]) };
        Html::all([list, export])
    }
}
