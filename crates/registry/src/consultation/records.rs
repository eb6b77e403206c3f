//! What the person was examined for, and the records as they came.

use catalogue::{Catalogue, Programme};
use face::components::{
    Column, Emphasis, Table, Tone, button_link, buttons, chip, code, description_list, disclosure, empty, paragraph, section, table,
};
use face::{Html, Language};

use super::item::{self, in_language};
use super::person::{Examined, Looked, Recorded};
use super::words;
use crate::entry::correction_of;
use crate::results::table::{FORM, HUB};

/// The examinations, the newest first.
pub(super) fn examined(language: Language, catalogue: &Catalogue, seen: &Looked) -> Html {
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
        let institution =
            if seen.is_guarded() { chip(Tone::Warning, word(words::WITHHELD)) } else { institution(catalogue, &one.institution) };
        vec![
            item::date(language, one.examined_on).into(),
            name.into(),
            examination.into(),
            judgement(language, catalogue, programme, (one, seen.judgement(one))),
            institution,
            source(language, &one.source).into(),
        ]
    };
    let rows = seen.examined.iter().map(row).collect();
    section(title, [table(&Table { caption: title, columns: &columns, rows, dense: true })])
}

/// What an institution is called, and its code; the code alone where the city does not name it.
fn institution(catalogue: &Catalogue, number: &str) -> Html {
    match catalogue.institution(number) {
        Some(institution) => Html::all([Html::text(&institution.name), Html::text(" "), code(number)]),
        None => code(number),
    }
}

fn judgement(language: Language, catalogue: &Catalogue, programme: Option<&Programme>, (one, judgement): (&Examined, &str)) -> Html {
    let record = u16::try_from(one.record).ok().and_then(|number| catalogue.record(number));
    let item = record.zip(programme).and_then(|(record, programme)| record.item(&programme.result.judgement));
    let told = item.map_or_else(|| judgement.to_owned(), |item| item::value(language, item, judgement));
    match one.needs_detailed {
        0 => told.into(),
        _ => Html::all([Html::text(&told), Html::text(" "), chip(Tone::Warning, words::NEEDS_DETAILED.of(language))]),
    }
}

fn source(language: Language, source: &str) -> &'static str {
    match source {
        HUB => words::FROM_HUB,
        FORM => words::FROM_FORM,
        _ => words::FROM_FILE,
    }
    .of(language)
}

/// The records, each closed until it is asked for.
pub(super) fn recorded(language: Language, catalogue: &Catalogue, seen: &Looked, corrects: bool) -> Html {
    let word = |words: face::Words| words.of(language);
    let guarded = seen.is_guarded().then(|| paragraph(word(words::RECORDS_GUARDED)));
    let body: Html = if seen.recorded.is_empty() {
        empty(word(words::NO_RECORDS), Html::empty())
    } else {
        guarded.into_iter().chain(seen.recorded.iter().map(|one| record(language, catalogue, one, corrects))).collect()
    };
    section(word(words::RECORDS), [body])
}

fn record(language: Language, catalogue: &Catalogue, one: &Recorded, corrects: bool) -> Html {
    let row = one.row();
    let of = u16::try_from(row.record).ok().and_then(|number| catalogue.record(number));
    // A record type that the city no longer has is still what was recorded.
    let name = of.map_or_else(|| row.record.to_string(), |of| in_language(language, &of.name, &of.english).to_owned());
    let summary = match row.fiscal_year {
        0 => words::RECORD_WITHOUT_YEAR.with(language, &[("name", &name), ("history", &row.history)]),
        year => words::RECORD.with(language, &[("name", &name), ("year", &year), ("history", &row.history)]),
    };
    let labelled =
        one.values.iter().filter(|value| value.item != "resident_number").map(|value| match of.and_then(|of| of.item(&value.item)) {
            Some(of) => {
                let label = if language == Language::Japanese { of.header().to_owned() } else { of.english() };
                (label, item::value(language, of, &value.value))
            }
            None => (words::FORMER_ITEM.with(language, &[("name", &in_language(language, &value.name, &value.item))]), value.value.clone()),
        });
    let labelled: Vec<(String, String)> = labelled.collect();
    let entries = labelled.iter().map(|(label, value)| (label.as_str(), Html::text(value)));
    let version = row.version.to_string();
    let more = [(words::SOURCE.of(language), source(language, &row.source).into()), (words::VERSION.of(language), version.into())];
    let list = description_list(entries.chain(more));
    let correct = of.filter(|_| corrects).map(|of| {
        let text = words::CORRECT.with(language, &[("record", &summary)]);
        buttons([button_link(&correction_of(of.number, row.id), &text, Emphasis::Secondary)])
    });
    disclosure(&summary, Html::all([list].into_iter().chain(correct)))
}
