//! What was filled in, field by field, as the message that asks for the work.

use std::collections::BTreeMap;

use face::Words;
use serde_json::{Map, Value};
use vocabulary::{era, text};
use work::jobs::{MessageField, Shape};

use super::words;
use crate::Fields;

/// A form as it was sent.
#[derive(Default)]
pub(super) struct Filled {
    /// What stood in each control, as it was typed.
    pub(super) values: BTreeMap<String, String>,
    pub(super) errors: BTreeMap<String, Words>,
    /// What is wrong with no one field.
    pub(super) whole: Option<Words>,
}

impl Filled {
    /// What stood in the controls of these fields, with the message that it makes where nothing is wrong.
    pub(super) fn read(asks: &[MessageField], is_choice: impl Fn(&str) -> bool, sent: &Fields) -> (Filled, Value) {
        let mut filled = Filled::default();
        let mut message = Map::new();
        for field in asks {
            let name = field.name.as_str();
            let controls = controls(field);
            for control in &controls {
                filled.values.insert(control.clone(), sent.get(control).trim().to_owned());
            }
            match value(field, &controls, &filled.values) {
                Ok(Some(value)) => {
                    message.insert(name.to_owned(), value);
                }
                Ok(None) if field.is_required => {
                    let choose = is_choice(name) || matches!(field.shape, Shape::Flag | Shape::OneOf(_));
                    filled.errors.insert(name.to_owned(), if choose { words::NOT_CHOSEN } else { words::MISSING });
                }
                Ok(None) => {}
                Err(wrong) => {
                    filled.errors.insert(name.to_owned(), wrong);
                }
            }
        }
        (filled, Value::Object(message))
    }

    /// A form with nothing in it but this.
    pub(super) fn with(name: &str, value: &str) -> Filled {
        Filled { values: BTreeMap::from([(name.to_owned(), value.to_owned())]), ..Filled::default() }
    }

    pub(super) fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// What is wrong with the message, in words beside its field.
    pub(super) fn refuse(&mut self, asks: &[MessageField], wrong: &wire::BodyError) {
        let field = wrong.field().map(|path| path.split(['.', '[']).next().unwrap_or(path));
        match field.filter(|name| asks.iter().any(|field| field.name == *name)) {
            Some(name) => {
                self.errors.insert(name.to_owned(), words::WRONG);
            }
            None => self.whole = Some(words::WRONG_AS_A_WHOLE),
        }
    }

    pub(super) fn is_wrong(&self) -> bool {
        !self.errors.is_empty() || self.whole.is_some()
    }
}

/// The names of the controls of a field.
fn controls(field: &MessageField) -> Vec<String> {
    match field.shape {
        Shape::Day => ["year", "month", "day"].iter().map(|part| format!("{}-{part}", field.name)).collect(),
        _ => vec![field.name.clone()],
    }
}

/// What a field holds; none where it is empty.
fn value(field: &MessageField, controls: &[String], values: &BTreeMap<String, String>) -> Result<Option<Value>, Words> {
    let typed: Vec<&str> = controls.iter().map(|control| values.get(control).map_or("", String::as_str)).collect();
    if typed.iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    let first = typed.first().copied().unwrap_or_default();
    Ok(Some(match &field.shape {
        Shape::Day => {
            let day = era::parse_date(&typed.join("/")).or_else(|_| era::parse_date(&typed.join(".")));
            Value::String(day.map_err(|_| words::NO_DAY)?.to_string())
        }
        Shape::FiscalYear => Value::from(era::parse_fiscal_year(first).map_err(|_| words::NO_FISCAL_YEAR)?.0),
        Shape::Integer => Value::from(text::folded_width(first).parse::<i64>().map_err(|_| words::NO_NUMBER)?),
        Shape::Flag => Value::Bool(match first {
            "true" => true,
            "false" => false,
            _ => return Err(words::NOT_CHOSEN),
        }),
        Shape::OneOf(all) if !all.iter().any(|one| one == first) => return Err(words::NOT_CHOSEN),
        Shape::People => {
            let parts = first.split(|c: char| c.is_whitespace() || matches!(c, ',' | '、')).filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| Value::String(text::folded_width(part))).collect())
        }
        Shape::Text | Shape::OneOf(_) => Value::String(first.to_owned()),
    }))
}
