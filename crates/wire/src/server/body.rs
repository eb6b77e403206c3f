//! Bodies that cannot be read: which field, and what is wrong with it, without a word of what stands there.

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::problem::Problem;

/// Letters of a field's name that are told.
const LONGEST: usize = 40;

/// Why a body is not the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not the message: {}{what}{place}", field.as_ref().map(|field| format!("{field} ")).unwrap_or_default())]
pub struct BodyError {
    field: Option<String>,
    what: &'static str,
    place: String,
}

impl BodyError {
    /// Of a body that is wrong as a whole.
    pub fn whole() -> Self {
        Self { field: None, what: "it is not JSON", place: String::new() }
    }

    /// The field, from the outermost on: `people[3].birthDate`; none where the whole is wrong.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    fn of(path: &Path, error: &serde_json::Error) -> Self {
        let place = if error.line() == 0 { String::new() } else { format!(", at line {} column {}", error.line(), error.column()) };
        if error.classify() != serde_json::error::Category::Data {
            return Self { place, ..Self::whole() };
        }
        // serde's own text quotes the value it stumbled over; the name of a missing field stands in ours.
        let text = error.to_string();
        let quoted = |begin: &str| text.strip_prefix(begin)?.split('`').next().map(str::to_owned);
        let within = told(path);
        if let Some(name) = quoted("missing field `") {
            let field = if within.is_empty() { name } else { format!("{within}.{name}") };
            return Self { field: Some(field), what: "is missing", place };
        }
        let field = Some(within).filter(|within| !within.is_empty());
        let what = match (&field, quoted("unknown field `").is_some()) {
            (Some(_), true) => "has or is a field that is not known",
            (None, true) => "a field is not known",
            (Some(_), false) => "is not of its form",
            (None, false) => "it is not of the message's form",
        };
        Self { field, what, place }
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        Problem::bad_request("unreadable", error.to_string())
    }
}

/// The way to the field. What may be a name that somebody else gave (a key of a map, an unknown field) is told only where it looks like ours.
fn told(path: &Path) -> String {
    let is_ours = |key: &str| {
        key.len() <= LONGEST
            && key.starts_with(|c: char| c.is_ascii_lowercase())
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let mut told = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => told.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !told.is_empty() {
                    told.push('.');
                }
                told.push_str(if is_ours(key) { key } else { "?" });
            }
            Segment::Unknown => {}
        }
    }
    told
}

/// A message from the bytes of a body.
pub(super) fn read_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyError> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| BodyError::of(error.path(), error.inner()))?;
    json.end().map_err(|_| BodyError::whole())?;
    Ok(read)
}

/// A message from a value that was put together.
pub fn read_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, BodyError> {
    serde_path_to_error::deserialize(value).map_err(|error| BodyError::of(error.path(), error.inner()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Message {
        #[serde(rename = "people")]
        _people: Vec<Person>,
        #[serde(rename = "counts", default)]
        _counts: BTreeMap<String, u8>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Person {
        #[serde(rename = "birthYear")]
        _birth_year: u16,
    }

    fn told(body: &str) -> String {
        read_slice::<Message>(body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_body_that_is_not_the_message_names_the_field_and_never_what_stands_there() {
        assert!(told(r#"{"people":[{"birthYear":"secret"}]}"#).contains("people[0].birthYear is not of its form"));
        assert!(told(r#"{"people":[{}]}"#).contains("people[0].birthYear is missing"));
        assert!(told("{}").contains(": people is missing"));
        assert!(told("{").contains("it is not JSON") && told("{\"people\":[]} x").contains("it is not JSON"));
        for body in
            [r#"{"people":[{"birthYear":"secret"}]}"#, r#"{"people":[],"123456789018":1}"#, r#"{"people":[],"counts":{"123456789018":-1}}"#]
        {
            let told = told(body);
            assert!(!told.contains("secret") && !told.contains("123456789018"), "{told}");
        }
    }
}
