//! The kinds of records that can be entered: all that the catalogue has.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Record;
use face::components::{Card, cards, paragraph, section};
use face::{Language, Page, page};
use office::Visit;

use super::{ENTRY, words};
use crate::pages::Pages;

/// Lists them.
pub(super) async fn choose(State(pages): State<Pages>, visit: Visit) -> Response {
    let language = visit.guest.language;
    let catalogue = pages.registry.catalogue();
    let records = catalogue.records();
    let named: Vec<(String, String, &str)> = records
        .iter()
        .map(|record| {
            let items = words::ITEMS.with(language, &[("count", &record.items.len())]);
            (format!("{ENTRY}/{}", record.number), items, name(language, record))
        })
        .collect();
    let kinds: Vec<Card<'_>> = named.iter().map(|(href, items, title)| Card { href, title, body: paragraph(items) }).collect();
    let body = section(words::KINDS.of(language), [cards(&kinds)]);
    pages.office.framed(&visit, StatusCode::OK, |frame| {
        page(&Page { title: words::TITLE.of(language), lead: Some(words::LEAD.of(language)), body, ..frame })
    })
}

/// What a record type is called.
pub(super) fn name(language: Language, record: &Record) -> &str {
    if language == Language::Japanese { &record.name } else { &record.english }
}
