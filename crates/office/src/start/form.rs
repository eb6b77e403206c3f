//! The form of a kind of work, and asking for it. The same work asked for again is the same job.

use std::collections::HashMap;

use access::Caller;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Banner, Choice, Field, Form, Input, Method, Tone, banner, form, paragraph};
use face::{Html, Language, Link, Page, Width, Words, page};
use wire::Problem;
use work::jobs::{MessageField, Shape, WorkKind};

use super::fill::Filled;
use super::{WORK, words};
use crate::choices::Chosen;
use crate::{Office, Sent, Visit, see_other};

/// The longest number that can be typed.
const LONGEST: u16 = 18;

/// Work that the visitor may ask for.
pub(super) struct Asked {
    kind: WorkKind,
    /// The visitor, for what that work is for.
    by: Caller,
    /// What can be chosen in its fields; where there is nothing to choose from, anything can be typed.
    choices: HashMap<String, Vec<Chosen>>,
}

impl Asked {
    /// The work of this name.
    pub(super) async fn of(office: &Office, visit: &Visit, name: &str) -> Result<Asked, Problem> {
        let kind = office.jobs.kind(name).ok_or_else(|| Problem::not_found("there is no such work here"))?;
        let by = office.asker(&visit.caller, &kind.action);
        let by = by.ok_or_else(|| Problem::forbidden("this work is for others to ask for"))?;
        let names = kind.asks.iter().map(|field| field.name.clone()).collect();
        let mut choices = office.choices_of(&by, visit.guest.language, names).await?;
        choices.retain(|_, those| !those.is_empty());
        Ok(Asked { kind, by, choices })
    }
}

/// The form as it was sent.
pub(super) async fn send(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let asked = Asked::of(&office, &visit, fields.get("kind")).await?;
    let Asked { kind, by, choices } = &asked;
    let (mut filled, message) = Filled::read(&kind.asks, |name| choices.contains_key(name), &fields);
    for (name, those) in choices {
        let value = filled.value(name);
        if !value.is_empty() && those.iter().all(|(one, _)| one != value) {
            filled.errors.insert(name.clone(), words::NOT_CHOSEN);
        }
    }
    if !filled.is_wrong() && !fields.is_resumed() {
        match kind.start(message) {
            Ok(start) => {
                let job = office.jobs.ask(by, kind.action, None, start).await?;
                return Ok(see_other(&format!("/jobs/{}", job.id)));
            }
            Err(wrong) => filled.refuse(&kind.asks, &wrong),
        }
    }
    let status = if filled.is_wrong() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(shown(&office, &visit, &asked, &filled, status))
}

/// The page.
pub(super) fn shown(office: &Office, visit: &Visit, Asked { kind, choices, .. }: &Asked, filled: &Filled, status: StatusCode) -> Response {
    let language = visit.guest.language;
    let word = |words: Words| words.of(language);
    let mut asks: Vec<&MessageField> = kind.asks.iter().collect();
    asks.sort_by_key(|field| (!field.is_required, office.system.work.place(&field.name)));
    let offered: Vec<Vec<Choice<'_>>> = asks.iter().map(|field| offered(language, field, choices.get(&field.name))).collect();
    let mut fields = vec![Field::optional("kind", "", Input::Hidden { value: kind.name })];
    fields.extend(asks.iter().zip(&offered).map(|(field, choices)| control(office, language, field, choices, filled)));
    let form = form(&Form {
        language,
        method: Method::Post,
        action: WORK,
        csrf: Some(visit.session.csrf()),
        fields: &fields,
        submit: word(words::START),
        cancel: Some(Link::new(WORK, word(words::BACK))),
    });
    let nothing = if asks.is_empty() { paragraph(word(words::NOTHING_ASKED)) } else { Html::empty() };
    let told = office.system.work.kind(kind.name);
    let title = told.map_or(kind.name, |told| told.name.of(language));
    let above = [Link::new(WORK, word(words::TITLE))];
    let whole = |why: Words| banner(&Banner { language, tone: Tone::Error, title: word(why), body: Html::empty() });
    let notice = filled.whole.map_or_else(Html::empty, whole);
    office.framed(visit, status, |frame| {
        page(&Page {
            title,
            lead: told.map(|told| told.lead.of(language)),
            path: WORK,
            breadcrumbs: &above,
            notice,
            body: Html::all([nothing, form]),
            width: Width::Reading,
            has_errors: filled.is_wrong(),
            ..frame
        })
    })
}

fn offered<'c>(language: Language, field: &'c MessageField, choices: Option<&'c Vec<Chosen>>) -> Vec<Choice<'c>> {
    match (choices, &field.shape) {
        (Some(those), _) => those.iter().map(|(value, text)| Choice { value, text }).collect(),
        (None, Shape::OneOf(all)) => all.iter().map(|value| Choice { value, text: value }).collect(),
        (None, Shape::Flag) => {
            vec![
                Choice { value: "true", text: face::words::YES.of(language) },
                Choice { value: "false", text: face::words::NO.of(language) },
            ]
        }
        (None, _) => Vec::new(),
    }
}

fn control<'f>(office: &Office, language: Language, field: &'f MessageField, choices: &'f [Choice<'f>], filled: &'f Filled) -> Field<'f> {
    let name = field.name.as_str();
    let value = filled.value(name);
    let input = match &field.shape {
        Shape::Flag => Input::Radio { choices, value },
        _ if !choices.is_empty() => Input::Select { choices, value },
        Shape::Day => Input::Date { value: ["year", "month", "day"].map(|part| filled.value(&format!("{name}-{part}"))) },
        Shape::Integer => Input::Digits { value, longest: LONGEST },
        Shape::Texts => Input::Area { value, rows: 4 },
        Shape::Text | Shape::FiscalYear | Shape::OneOf(_) => Input::Text { value, autocomplete: "off" },
    };
    let told = office.system.work.field(name);
    let many = matches!(field.shape, Shape::Texts).then_some(words::MANY);
    Field {
        name,
        label: told.map_or(name, |told| told.label.of(language)),
        hint: told.and_then(|told| told.hint).or(many).map(|hint| hint.of(language)),
        required: field.is_required,
        error: filled.errors.get(name).map(|error| error.of(language)),
        input,
    }
}
