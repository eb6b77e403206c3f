//! What was filled in, field by field, as the message that asks for the work.

use std::collections::BTreeMap;

use face::Words;
use serde_json::{Map, Value};
use work::jobs::{FieldError, MessageField, Shape};

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
    let read = match field.shape {
        Shape::Day => field.read(&typed.join("/")).or_else(|_| field.read(&typed.join("."))),
        _ => field.read(first),
    };
    read.map_err(|wrong| match wrong {
        FieldError::NoDay => words::NO_DAY,
        FieldError::NoFiscalYear => words::NO_FISCAL_YEAR,
        FieldError::NoNumber => words::NO_NUMBER,
        FieldError::NotChosen => words::NOT_CHOSEN,
    })
}
