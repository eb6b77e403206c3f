//! One party: what it holds, by count, and how long its record of use is.

use catalogue::Catalogue;
use face::components::{Column, Statistic, Table, code, description_list, empty, paragraph, section, statistics, table};
use face::{Html, Language, Link, Page};
use protocol::messages::console::Counts;
use vocabulary::Party;

use super::record::Line;
use super::{counts, overview, record, words};

/// Renders it.
pub(super) fn page(
    language: Language,
    party: &Party,
    address: Option<&str>,
    catalogue: &Catalogue,
    held: Option<&Counts>,
    entries: Option<u64>,
    newest: &[Line],
) -> String {
    let name = party.to_string();
    let path = format!("/parties/{name}");
    let record = overview::shown(entries.unwrap_or(0));
    let figure = Statistic { label: words::ENTRIES.of(language), value: &record, unit: words::ENTRY_UNIT.of(language), note: None };
    let all = match held {
        None => empty(words::UNREACHED.of(language), Html::empty()),
        Some(held) if held.counts.is_empty() => empty(words::NONE_YET.of(language), Html::empty()),
        Some(held) => {
            let columns = [Column::text(words::NAME.of(language)), Column::number(words::COUNT.of(language))];
            let rows = held
                .counts
                .iter()
                .map(|(name, count)| vec![counts::name(language, catalogue, name).into(), overview::shown(*count).into()]);
            table(&Table { caption: words::COUNTS.of(language), columns: &columns, rows: rows.collect(), dense: false })
        }
    };
    let above = [Link::new("/", words::TITLE.of(language))];
    face::page(&Page {
        lead: Some(&words::system(party, language)),
        breadcrumbs: &above,
        body: Html::all([
            statistics(&[figure]),
            address.map_or_else(Html::empty, |address| description_list([(words::ADDRESS.of(language), code(address))])),
            section(words::COUNTS.of(language), [all]),
            section(words::ENTRIES.of(language), [paragraph(words::RECORD_BODY.of(language)), record::lines(language, newest)]),
        ]),
        ..Page::new(language, &super::site(language), &path, &name)
    })
}
