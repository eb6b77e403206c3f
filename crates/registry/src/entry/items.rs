//! The items of a record type as fields, in the catalogue's order.

use catalogue::{Item, ItemKind, Record};
use face::Language;
use face::components::{Choice, Field, Input};

use super::form::Filled;
use super::words;

/// A field before it is drawn: its texts are made of the item, the control borrows them.
pub(super) struct Prepared<'c> {
    item: &'c Item,
    label: String,
    hint: Option<String>,
    value: &'c str,
    error: Option<&'c str>,
    choices: Vec<Choice<'c>>,
}

/// What stands in those items of a record type that are on a form, and what is wrong with them.
pub(super) fn prepare<'c>(
    language: Language,
    record: &'c Record,
    on_form: impl Fn(&Item) -> bool,
    filled: &'c Filled,
) -> Vec<Prepared<'c>> {
    let prepared = |item: &'c Item| {
        let value = filled.values.get(&item.id).map_or("", String::as_str);
        let mut choices = choices(language, item);
        // A stored code that the table no longer has is not emptied by a form in which it cannot be chosen.
        if !choices.is_empty() && !value.is_empty() && choices.iter().all(|choice| choice.value != value) {
            choices.push(Choice { value, text: value });
        }
        let error = filled.errors.get(&item.id).map(String::as_str);
        Prepared { item, label: label(language, item), hint: hint(language, item), value, error, choices }
    };
    record.items.iter().filter(|item| on_form(item)).map(prepared).collect()
}

impl Prepared<'_> {
    /// The field.
    pub(super) fn field(&self) -> Field<'_> {
        let value = self.value;
        let longest = self.item.length.unwrap_or(20);
        let input = match self.item.kind {
            _ if !self.choices.is_empty() => Input::Select { choices: &self.choices, value },
            ItemKind::Text if longest > 100 => Input::Area { value, rows: 3 },
            ItemKind::Integer
            | ItemKind::Yen
            | ItemKind::HistoryNumber
            | ItemKind::FiscalYear
            | ItemKind::ResidentNumber
            | ItemKind::Institution => Input::Digits { value, longest },
            _ => Input::Text { value, autocomplete: "off" },
        };
        Field {
            name: &self.item.id,
            label: &self.label,
            hint: self.hint.as_deref(),
            required: self.item.required,
            error: self.error,
            input,
        }
    }
}

/// What an item is called.
pub(super) fn label(language: Language, item: &Item) -> String {
    if language == Language::Japanese { item.header().to_owned() } else { item.english() }
}

fn hint(language: Language, item: &Item) -> Option<String> {
    let word = match item.kind {
        ItemKind::Date => words::DATE_HINT,
        ItemKind::YearMonth => words::MONTH_HINT,
        ItemKind::Time => words::TIME_HINT,
        ItemKind::FiscalYear => words::YEAR_HINT,
        ItemKind::HistoryNumber => words::HISTORY_HINT,
        // Units are written as the catalogue writes them; those in Japanese are for pages in Japanese.
        _ => {
            let unit = item.unit.as_deref().filter(|unit| language == Language::Japanese || unit.is_ascii())?;
            return Some(words::UNIT.with(language, &[("unit", &unit)]));
        }
    };
    Some(word.of(language).to_owned())
}

/// The codes of a coded item, yes and no of a flag.
fn choices(language: Language, item: &Item) -> Vec<Choice<'_>> {
    if item.kind == ItemKind::Flag {
        return vec![Choice { value: "1", text: face::words::YES.of(language) }, Choice { value: "0", text: face::words::NO.of(language) }];
    }
    let Some(table) = item.code_table() else { return Vec::new() };
    table.codes.iter().map(|code| Choice { value: &code.value, text: meaning(language, code) }).collect()
}

fn meaning(language: Language, code: &catalogue::Code) -> &str {
    if language == Language::Japanese { &code.name } else { &code.english }
}
