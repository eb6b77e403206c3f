//! The items of a record type as fields, in the catalogue's order.

use std::collections::BTreeMap;

use catalogue::{Item, Kind, Record};
use face::Language;
use face::components::{Choice, Field, Input};

use super::words;

/// A field before it is drawn: its texts are made of the item, the control borrows them.
pub(super) struct Prepared<'c> {
    item: &'c Item,
    label: String,
    hint: Option<String>,
    value: String,
    error: Option<String>,
    choices: Vec<Choice<'c>>,
}

/// What stands in the items of a record type, and what is wrong with them.
pub(super) fn prepare<'c>(
    language: Language,
    record: &'c Record,
    values: &BTreeMap<String, String>,
    errors: &BTreeMap<String, String>,
) -> Vec<Prepared<'c>> {
    let prepared = |item: &'c Item| Prepared {
        item,
        label: label(language, item),
        hint: hint(language, item),
        value: values.get(&item.id).cloned().unwrap_or_default(),
        error: errors.get(&item.id).cloned(),
        choices: choices(language, item),
    };
    record.items.iter().map(prepared).collect()
}

impl Prepared<'_> {
    /// The field.
    pub(super) fn field(&self) -> Field<'_> {
        let value = self.value.as_str();
        let longest = self.item.length.unwrap_or(20);
        let input = match self.item.kind {
            _ if !self.choices.is_empty() => Input::Select { choices: &self.choices, value },
            Kind::Text if longest > 100 => Input::Area { value, rows: 3 },
            Kind::Integer | Kind::Yen | Kind::HistoryNumber | Kind::FiscalYear | Kind::ResidentNumber | Kind::Institution => {
                Input::Digits { value, longest }
            }
            _ => Input::Text { value, autocomplete: "off" },
        };
        Field {
            name: &self.item.id,
            label: &self.label,
            hint: self.hint.as_deref(),
            required: self.item.required,
            error: self.error.as_deref(),
            input,
        }
    }
}

fn label(language: Language, item: &Item) -> String {
    match (item.kind, language) {
        // The resident number stands for 整理番号, as in files.
        (Kind::ResidentNumber, language) => words::RESIDENT.of(language).to_owned(),
        (_, Language::Japanese) => item.header().to_owned(),
        (_, Language::English) => item.english(),
    }
}

fn hint(language: Language, item: &Item) -> Option<String> {
    let word = match item.kind {
        Kind::Date => words::DATE_HINT,
        Kind::YearMonth => words::MONTH_HINT,
        Kind::Time => words::TIME_HINT,
        Kind::FiscalYear => words::YEAR_HINT,
        Kind::HistoryNumber => words::HISTORY_HINT,
        // Units are written as the catalogue writes them; those in Japanese are for pages in Japanese.
        _ => {
            let unit = item.unit.as_deref().filter(|unit| language == Language::Japanese || unit.is_ascii())?;
            return Some(words::UNIT.with(language, &[("unit", &unit)]));
        }
    };
    Some(word.of(language).to_owned())
}

/// The codes of a coded item, yes and no of a flag, with nothing before them: an item may be unknown.
fn choices(language: Language, item: &Item) -> Vec<Choice<'_>> {
    let none = Choice { value: "", text: words::NONE.of(language) };
    if item.kind == Kind::Flag {
        return vec![none, Choice { value: "1", text: words::YES.of(language) }, Choice { value: "0", text: words::NO.of(language) }];
    }
    let Some(table) = item.code_table() else { return Vec::new() };
    std::iter::once(none).chain(table.codes.iter().map(|code| Choice { value: &code.value, text: meaning(language, code) })).collect()
}

fn meaning(language: Language, code: &catalogue::Code) -> &str {
    if language == Language::Japanese { &code.name } else { &code.english }
}
