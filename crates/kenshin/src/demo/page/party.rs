//! One party: what it holds, by count, and how long its record of use is.

use face::components::{Column, Statistic, Table, empty, section, statistics, table};
use face::{Html, Language, Link, Page};
use wire::Party;
use wire::messages::console::Counts;

use super::{overview, words};

/// Renders it.
pub(super) fn page(language: Language, party: &Party, counts: Option<&Counts>, entries: Option<u64>) -> String {
    let name = party.to_string();
    let path = format!("/parties/{name}");
    let record = overview::shown(entries.unwrap_or(0));
    let figure = Statistic { label: words::ENTRIES.of(language), value: &record, unit: words::ENTRY_UNIT.of(language), note: None };
    let held = match counts {
        None => empty(words::UNREACHED.of(language), Html::empty()),
        Some(counts) if counts.counts.is_empty() => empty(words::NONE_YET.of(language), Html::empty()),
        Some(counts) => {
            let columns = [Column::text(words::NAME.of(language)), Column::number(words::COUNT.of(language))];
            let rows = counts.counts.iter().map(|(name, count)| vec![name.as_str().into(), overview::shown(*count).into()]);
            table(&Table { caption: words::COUNTS.of(language), columns: &columns, rows: rows.collect(), dense: false })
        }
    };
    let above = [Link::new("/", words::TITLE.of(language))];
    face::page(&Page {
        lead: Some(words::system(party.system()).of(language)),
        breadcrumbs: &above,
        body: Html::all([statistics(&[figure]), section(words::COUNTS.of(language), [held])]),
        ..Page::new(language, &super::site(language), &path, &name)
    })
}
