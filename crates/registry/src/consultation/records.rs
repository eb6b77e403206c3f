//! What the person was examined for, and the records as they came.

use catalogue::{Catalogue, Programme};
use face::components::{Column, Table, Tone, chip, code, description_list, disclosure, empty, paragraph, section, table};
use face::{Html, Language};

use super::item::{self, in_language};
use super::person::{Examined, Recorded, Seen};
use super::words;
use crate::results::{Form, table::HUB};

/// The examinations, the newest first.
pub(super) fn examined(language: Language, catalogue: &Catalogue, seen: &Seen) -> Html {
    let word = |words: face::Words| words.of(language);
    let title = word(words::EXAMINED);
    if seen.examined.is_empty() {
        return section(title, [empty(word(words::NEVER_EXAMINED), Html::empty())]);
    }
    let columns = [
        Column::text(word(words::EXAMINED_ON)),
        Column::text(word(words::PROGRAMME)),
        Column::text(word(words::EXAMINATION)),
        Column::text(word(words::JUDGEMENT)),
        Column::text(word(words::INSTITUTION)),
        Column::text(word(words::SOURCE)),
    ];
    let row = |one: &Examined| {
        let programme = catalogue.programme(&one.programme);
        let name = programme.map_or(one.programme.as_str(), |programme| in_language(language, &programme.name, &programme.english));
        let examination = programme.and_then(|programme| programme.examination(&one.examination_id));
        let examination =
            examination.map_or(one.examination_id.as_str(), |examination| in_language(language, &examination.name, &examination.english));
        let institution = if seen.is_guarded { chip(Tone::Warning, word(words::WITHHELD)) } else { code(&one.institution) };
        vec![
            item::date(language, one.examined_on).into(),
            name.into(),
            examination.into(),
            judgement(language, catalogue, programme, one),
            institution,
            source(language, &one.source).into(),
        ]
    };
    let rows = seen.examined.iter().map(row).collect();
    section(title, [table(&Table { caption: title, columns: &columns, rows, dense: true })])
}

fn judgement(language: Language, catalogue: &Catalogue, programme: Option<&Programme>, one: &Examined) -> Html {
    let record = u16::try_from(one.record).ok().and_then(|number| catalogue.record(number));
    let item = record.zip(programme).and_then(|(record, programme)| record.item(&programme.result.judgement));
    let told = item.map_or_else(|| one.judgement.clone(), |item| item::value(language, item, &one.judgement));
    match one.needs_detailed {
        0 => told.into(),
        _ => Html::all([Html::text(&told), Html::text(" "), chip(Tone::Warning, words::NEEDS_DETAILED.of(language))]),
    }
}

fn source(language: Language, source: &str) -> &'static str {
    if source == HUB { words::FROM_HUB } else { words::FROM_FILE }.of(language)
}

/// The records, each closed until it is asked for.
pub(super) fn recorded(language: Language, catalogue: &Catalogue, seen: &Seen) -> Html {
    let word = |words: face::Words| words.of(language);
    let guarded = seen.is_guarded.then(|| paragraph(word(words::RECORDS_GUARDED)));
    let body: Html = if seen.recorded.is_empty() {
        empty(word(words::NO_RECORDS), Html::empty())
    } else {
        guarded.into_iter().chain(seen.recorded.iter().map(|one| record(language, catalogue, one))).collect()
    };
    section(word(words::RECORDS), [body])
}

fn record(language: Language, catalogue: &Catalogue, one: &Recorded) -> Html {
    let of = u16::try_from(one.record).ok().and_then(|number| catalogue.record(number));
    let Some(of) = of else { return Html::empty() };
    let year = if one.fiscal_year == 0 { "—".to_owned() } else { one.fiscal_year.to_string() };
    let name = in_language(language, &of.name, &of.english);
    let summary = words::RECORD.with(language, &[("name", &name), ("year", &year), ("history", &one.history)]);
    let cells = Form::split(&one.cells);
    let filled = of.items.iter().zip(&cells).filter(|(item, cell)| !cell.is_empty() && item.id != "resident_number");
    let labelled: Vec<(String, String)> = filled
        .map(|(of, cell)| {
            let label = if language == Language::Japanese { of.header().to_owned() } else { of.english() };
            (label, item::value(language, of, cell))
        })
        .collect();
    let entries = labelled.iter().map(|(label, value)| (label.as_str(), Html::text(value)));
    let version = one.version.to_string();
    let more = [(words::SOURCE.of(language), source(language, &one.source).into()), (words::VERSION.of(language), version.into())];
    disclosure(&summary, description_list(entries.chain(more)))
}
