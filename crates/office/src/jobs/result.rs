//! What was asked of a job and what came of it, in words: its values with their labels, and tables of what there are several of.

use std::collections::HashMap;

use face::components::{Column, Table, description_list, number, section, table};
use face::{Html, Language, Words};
use protocol::messages::jobs::Job;
use serde_json::{Map, Value};
use work::jobs::Shape;

use super::words;
use crate::choices::Chosen;
use crate::{Office, Visit, WorkWords};

/// Draws what was asked of a kind of work, or came of it, for one reader.
struct Drawn<'k> {
    language: Language,
    words: WorkWords,
    kind: &'k str,
    /// What values are called, by the field that they stand in.
    known: HashMap<String, Vec<Chosen>>,
}

/// The part of the page that tells what was asked for.
pub(super) async fn asked(office: &Office, visit: &Visit, job: &Job) -> Result<Html, wire::Problem> {
    let Some(Value::Object(mut fields)) = job.asked.clone() else { return Ok(Html::empty()) };
    let years = office.jobs.kind(&job.kind).into_iter().flat_map(|kind| &kind.asks).filter(|field| field.shape == Shape::FiscalYear);
    for field in years {
        // no count, whose digits would be grouped
        if let Some(year) = fields.get_mut(&field.name).filter(|year| year.is_number()) {
            *year = Value::String(year.to_string());
        }
    }
    told(office, visit, words::ASKED, (&job.kind, &Value::Object(fields))).await
}

/// The parts of the page that tell the result of a job; none where it has none, or one that is no object.
pub(super) async fn result(office: &Office, visit: &Visit, job: &Job) -> Result<Html, wire::Problem> {
    match &job.result {
        Some(result) => told(office, visit, words::RESULT, (&job.kind, result)).await,
        None => Ok(Html::empty()),
    }
}

async fn told(office: &Office, visit: &Visit, title: Words, (kind, value): (&str, &Value)) -> Result<Html, wire::Problem> {
    let Value::Object(fields) = value else { return Ok(Html::empty()) };
    let (language, words) = (visit.guest.language, office.system.work);
    let known = office.choices_of(&visit.caller, language, (kind, named(value))).await?;
    let drawn = Drawn { language, words, kind, known };
    let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
    fields.sort_by_key(|(name, _)| words.place(kind, name));
    let (tables, plain): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(_, value)| is_table(value));
    let entries: Vec<(&str, Html)> =
        plain.into_iter().map(|(name, value)| (words.label(language, kind, name), drawn.value(name, value))).collect();
    let plain = if entries.is_empty() { Html::empty() } else { section(title.of(language), [description_list(entries)]) };
    Ok(Html::all([plain].into_iter().chain(tables.into_iter().map(|(name, value)| drawn.table(name, value)))))
}

/// The fields whose values may be called something.
fn named(value: &Value) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::Object(fields) => {
                let has_words =
                    |value: &Value| value.is_string() || value.as_object().is_some_and(|rows| rows.values().all(Value::is_object));
                names.extend(fields.iter().filter(|(_, value)| has_words(value)).map(|(name, _)| name.clone()));
                rest.extend(fields.values());
            }
            Value::Array(all) => rest.extend(all),
            _ => {}
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Rows, or figures by name.
fn is_table(value: &Value) -> bool {
    match value {
        Value::Array(all) => all.iter().any(Value::is_object),
        Value::Object(fields) => !fields.is_empty(),
        _ => false,
    }
}

impl Drawn<'_> {
    fn value(&self, name: &str, value: &Value) -> Html {
        match value {
            Value::Bool(yes) => (if *yes { face::words::YES } else { face::words::NO }).of(self.language).into(),
            Value::Number(count) => count.as_i64().map_or_else(|| count.to_string(), number).into(),
            Value::String(text) => self.word(name, text).into(),
            Value::Array(all) if !all.is_empty() => {
                all.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).collect::<Vec<_>>().join("、").into()
            }
            _ => words::NO_FILES.of(self.language).into(),
        }
    }

    fn word(&self, name: &str, value: &str) -> String {
        let those = self.known.get(name).map(Vec::as_slice).unwrap_or_default();
        those.iter().find(|(one, _)| one == value).map_or(value, |(_, text)| text).to_owned()
    }

    fn table(&self, name: &str, value: &Value) -> Html {
        let caption = self.words.label(self.language, self.kind, name);
        // By name: of a programme, of a fact; the rows of a list have no name before them.
        let (rows, has_names): (Vec<(String, &Map<String, Value>)>, bool) = match value {
            Value::Array(all) => (all.iter().filter_map(|row| Some((String::new(), row.as_object()?))).collect(), false),
            Value::Object(fields) if fields.values().all(Value::is_object) => {
                (fields.iter().filter_map(|(key, row)| Some((key.clone(), row.as_object()?))).collect(), true)
            }
            Value::Object(fields) => (vec![(String::new(), fields)], false),
            _ => return Html::empty(),
        };
        let mut names: Vec<&String> = rows.iter().flat_map(|(_, row)| row.keys()).collect();
        names.sort_by_key(|name| (self.words.place(self.kind, name), *name));
        names.dedup();
        let is_number = |name: &&String| rows.iter().all(|(_, row)| row.get(*name).is_none_or(Value::is_number));
        let column = |name: &&String| if is_number(name) { Column::number("") } else { Column::text("") };
        let labels: Vec<&str> = names.iter().map(|name| self.words.label(self.language, self.kind, name)).collect();
        let mut columns: Vec<Column<'_>> = names.iter().zip(&labels).map(|(name, label)| Column { name: label, ..column(name) }).collect();
        if has_names {
            columns.insert(0, Column::text(words::NAME.of(self.language)));
        }
        let cells = |(key, row): &(String, &Map<String, Value>)| {
            let first = has_names.then(|| Html::text(&self.word(name, key)));
            let rest = names.iter().map(|name| row.get(*name).map_or_else(Html::empty, |value| self.value(name, value)));
            first.into_iter().chain(rest).collect()
        };
        section(caption, [table(&Table { caption, columns: &columns, rows: rows.iter().map(cells).collect(), dense: false })])
    }
}
