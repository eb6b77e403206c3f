//! What a kind of work asks and answers, read from the schemas of its messages: forms and the command line are made of it.

use std::fmt;

use access::Action;
use ledger::PersonId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, Schema, SchemaFormat, SchemaType, Type};
use vocabulary::{era, text};
use wire::BodyError;

/// The format of a fiscal year in schemas.
const FISCAL_YEAR: &str = "fiscal-year";

/// The longest that an entry of the record of use says of what was asked for, in bytes.
const LONGEST_SUMMARY: usize = 120;

/// What can stand in a field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Letters.
    Text,
    /// A day, as `2026-04-01`.
    Day,
    /// A whole number.
    Integer,
    /// A fiscal year, as `2026`.
    FiscalYear,
    /// Yes or no.
    Flag,
    /// One of these words.
    OneOf(Vec<String>),
    /// Any number of people, by the names that the room has for them.
    People,
}

/// A field of the message that asks for work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageField {
    /// As it stands in the message.
    pub name: String,
    /// What can stand in it.
    pub shape: Shape,
    /// Whether something must.
    pub is_required: bool,
}

/// Why what was typed cannot stand in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// There is no such day.
    NoDay,
    /// It names no fiscal year.
    NoFiscalYear,
    /// It is no whole number.
    NoNumber,
    /// It is none of what can be chosen.
    NotChosen,
}

impl MessageField {
    /// What stands in the field when a person types this, on a page or at the command line: digits of either width, years of an era, people with spaces, `,`
    /// or `、` between them; none where nothing is typed.
    pub fn read(&self, typed: &str) -> Result<Option<serde_json::Value>, FieldError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        Ok(Some(match &self.shape {
            Shape::Day => era::parse_date(typed).map_err(|_| FieldError::NoDay)?.to_string().into(),
            Shape::FiscalYear => era::parse_fiscal_year(typed).map_err(|_| FieldError::NoFiscalYear)?.0.into(),
            Shape::Integer => text::folded_width(typed).parse::<i64>().map_err(|_| FieldError::NoNumber)?.into(),
            Shape::Flag => typed.parse::<bool>().map_err(|_| FieldError::NotChosen)?.into(),
            Shape::OneOf(all) if !all.iter().any(|one| one == typed) => return Err(FieldError::NotChosen),
            Shape::People => {
                let parts = typed.split(|c: char| c.is_whitespace() || matches!(c, ',' | '、')).filter(|part| !part.is_empty());
                parts.map(text::folded_width).collect()
            }
            Shape::Text | Shape::OneOf(_) => typed.into(),
        }))
    }
}

/// A kind of work: who may ask for it, and what it asks and answers.
#[derive(Clone)]
pub struct WorkKind {
    /// Its word in jobs: `extract`.
    pub name: &'static str,
    /// Whoever may do this may ask for it.
    pub action: Action,
    /// The fields of its message, by their names.
    pub asks: Vec<MessageField>,
    /// The names of the fields of its result, those within others too.
    pub answers: Vec<String>,
    read: fn(serde_json::Value) -> Result<serde_json::Value, BodyError>,
}

impl WorkKind {
    /// A kind whose message is a `T` and whose result is an `R`.
    pub fn of<T: Serialize + DeserializeOwned + ToSchema, R: ToSchema>(name: &'static str, action: Action) -> Self {
        Self { name, action, asks: asked(&T::schema()), answers: answered::<R>(), read: read::<T> }
    }

    /// The message as it is kept, from one that was sent or put together field by field.
    pub fn read(&self, input: serde_json::Value) -> Result<serde_json::Value, BodyError> {
        (self.read)(input)
    }

    /// Whom a message of it names.
    pub(super) fn people_in(&self, input: &serde_json::Value) -> Vec<PersonId<'static>> {
        let named = self.asks.iter().filter(|field| field.shape == Shape::People).filter_map(|field| input.get(&field.name)?.as_array());
        named.flatten().filter_map(|name| Some(PersonId::new(name.as_str()?).into_owned())).collect()
    }

    /// A message of it in a line, for the record of use: how many people stand there, and not who. None where nothing stands in it.
    pub(super) fn summarize(&self, input: &serde_json::Value) -> Option<String> {
        let field = |field: &MessageField| match (&field.shape, input.get(&field.name)?) {
            (_, serde_json::Value::Null) => None,
            (Shape::People, people) => Some(format!("{}: {}", field.name, people.as_array().map_or(0, Vec::len))),
            (_, serde_json::Value::String(text)) => Some(format!("{}: {text}", field.name)),
            (_, other) => Some(format!("{}: {other}", field.name)),
        };
        let mut summary = self.asks.iter().filter_map(field).collect::<Vec<_>>().join(", ");
        summary.truncate(summary.floor_char_boundary(LONGEST_SUMMARY));
        Some(summary).filter(|summary| !summary.is_empty())
    }
}

impl fmt::Debug for WorkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WorkKind({})", self.name)
    }
}

fn read<T: Serialize + DeserializeOwned>(input: serde_json::Value) -> Result<serde_json::Value, BodyError> {
    let message: T = wire::read_value(input)?;
    serde_json::to_value(message).map_err(|_| BodyError::whole())
}

fn asked(schema: &RefOr<Schema>) -> Vec<MessageField> {
    let RefOr::T(Schema::Object(message)) = schema else { return Vec::new() };
    let field = |(name, of): (&String, &RefOr<Schema>)| MessageField {
        name: name.clone(),
        shape: shape(of),
        is_required: message.required.contains(name),
    };
    message.properties.iter().map(field).collect()
}

fn shape(schema: &RefOr<Schema>) -> Shape {
    match schema {
        RefOr::T(Schema::Array(_)) => Shape::People,
        RefOr::T(Schema::Object(object)) => shape_of(object),
        RefOr::T(_) | RefOr::Ref(_) => Shape::Text,
    }
}

fn shape_of(object: &Object) -> Shape {
    let is = |wanted: &Type| match &object.schema_type {
        SchemaType::Type(one) => one == wanted,
        SchemaType::Array(any) => any.contains(wanted),
        SchemaType::AnyValue => false,
    };
    if let Some(words) = &object.enum_values {
        return Shape::OneOf(words.iter().filter_map(|word| Some(word.as_str()?.to_owned())).collect());
    }
    match &object.format {
        Some(SchemaFormat::KnownFormat(KnownFormat::Date)) => Shape::Day,
        Some(SchemaFormat::Custom(format)) if format == FISCAL_YEAR => Shape::FiscalYear,
        _ if is(&Type::Boolean) => Shape::Flag,
        _ if is(&Type::Integer) => Shape::Integer,
        _ => Shape::Text,
    }
}

fn answered<R: ToSchema>() -> Vec<String> {
    let mut within = Vec::new();
    R::schemas(&mut within);
    let all = within.into_iter().map(|(_, schema)| schema).chain([R::schema()]);
    let mut names: Vec<String> = all.flat_map(|schema| asked(&schema)).map(|field| field.name).collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use protocol::messages::registry::{Extract, ImportResidents, Inquire, Reprove, Reproved};

    use super::*;

    fn told<T: ToSchema>() -> Vec<(String, Shape, bool)> {
        asked(&T::schema()).into_iter().map(|field| (field.name, field.shape, field.is_required)).collect()
    }

    fn field(name: &str, shape: Shape, is_required: bool) -> (String, Shape, bool) {
        (name.to_owned(), shape, is_required)
    }

    #[test]
    fn what_a_message_asks_is_read_from_its_schema() {
        assert_eq!(told::<Extract>(), [field("fiscalYear", Shape::FiscalYear, true), field("on", Shape::Day, true)]);
        let import = [
            field("encoding", Shape::Text, false),
            field("file", Shape::Text, true),
            field("preview", Shape::Flag, false),
            field("previewOfAll", Shape::Flag, false),
        ];
        assert_eq!(told::<ImportResidents>(), import);
        assert_eq!(told::<Reprove>(), [field("preview", Shape::Flag, true)]);
        let inquire = told::<Inquire>();
        assert!(inquire.contains(&field("residents", Shape::People, true)) && inquire.len() == 3, "{inquire:?}");
        let answers = answered::<Reproved>();
        assert!(["damaged", "examinations", "added"].iter().all(|name| answers.contains(&(*name).to_owned())), "{answers:?}");
    }

    #[test]
    fn what_a_person_types_in_a_field_is_read_in_the_ways_it_is_written() {
        let read = |shape: Shape, typed: &str| MessageField { name: "x".to_owned(), shape, is_required: true }.read(typed);
        let words = || Shape::OneOf(vec!["up".to_owned(), "down".to_owned()]);
        for (shape, typed, value) in [
            (Shape::Day, "令和8年6月1日", serde_json::json!("2026-06-01")),
            (Shape::Day, "R8.6.1", "2026-06-01".into()),
            (Shape::Day, " 2026/6/1 ", "2026-06-01".into()),
            (Shape::FiscalYear, "令和８年度", 2026.into()),
            (Shape::Integer, "４７", 47.into()),
            (Shape::Flag, "false", false.into()),
            (words(), "up", "up".into()),
            (Shape::People, "００１、002, 003\n004", serde_json::json!(["001", "002", "003", "004"])),
            (Shape::Text, " １ ", "１".into()),
        ] {
            assert_eq!(read(shape.clone(), typed), Ok(Some(value)), "{shape:?} {typed}");
        }
        for (shape, typed, error) in [
            (Shape::Day, "2026-02-30", FieldError::NoDay),
            (Shape::FiscalYear, "8", FieldError::NoFiscalYear),
            (Shape::Integer, "four", FieldError::NoNumber),
            (Shape::Flag, "はい", FieldError::NotChosen),
            (words(), "left", FieldError::NotChosen),
        ] {
            assert_eq!(read(shape.clone(), typed), Err(error), "{shape:?} {typed}");
        }
        assert_eq!(read(Shape::Day, " "), Ok(None));
    }

    #[test]
    fn whom_a_message_names_is_found_and_its_line_for_the_record_tells_how_many_they_are() {
        let kind = WorkKind::of::<Inquire, Reproved>("inquire", Action::plain("registry:inquiries.make"));
        let message = serde_json::json!({ "provider": "992020", "information": "checkups", "residents": ["00123", "00456"] });
        assert_eq!(kind.people_in(&message), ["00123", "00456"].map(PersonId::new));
        let summary = kind.summarize(&message).unwrap();
        assert!(summary.contains("provider: 992020") && summary.contains("residents: 2") && !summary.contains("00123"), "{summary}");
        let long = serde_json::json!({ "provider": "992020", "information": "検".repeat(100), "residents": [] });
        assert!(kind.summarize(&long).unwrap().len() <= LONGEST_SUMMARY);
        assert_eq!(kind.summarize(&serde_json::json!({})), None);
    }

    #[test]
    fn a_message_put_together_is_the_one_that_is_sent_and_a_wrong_field_is_named() {
        let kind = WorkKind::of::<Extract, Reproved>("extract", Action::plain("registry:extractions.make"));
        let whole = serde_json::json!({ "on": "2026-04-01", "fiscalYear": 2026 });
        assert_eq!(kind.read(whole.clone()), Ok(whole));
        let wrong = kind.read(serde_json::json!({ "on": "someday", "fiscalYear": 2026 })).unwrap_err();
        assert_eq!(wrong.field(), Some("on"));
        let missing = kind.read(serde_json::json!({ "on": "2026-04-01" })).unwrap_err();
        assert_eq!(missing.field(), Some("fiscalYear"));
    }
}
