//! The form of a kind of work, and asking for it. The same work asked for again is the same job.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Banner, Choice, Field, Form, Input, Method, Tone, banner, form};
use face::{Html, Language, Link, Page, Width, Words, page};
use vocabulary::Purpose;
use wire::Problem;
use work::jobs::{JobError, MessageField, Shape, Through, WorkKind};

use super::fill::Filled;
use super::{WORK, words};
use crate::choices::Chosen;
use crate::{Office, Sent, Visit, purpose_word, see_other};

/// The longest number that can be typed.
const LONGEST: u16 = 18;
/// The field, and the word of the address, in which the officer says what the work is done for.
pub(super) const PURPOSE: &str = "for";

/// Work that the visitor may ask for.
pub(super) struct OfferedWork {
    kind: WorkKind,
    /// What the visitor may ask for it for: they say which.
    purposes: Vec<Purpose>,
    /// What can be chosen in its fields; where there is nothing to choose from, anything can be typed.
    choices: HashMap<String, Vec<Chosen>>,
}

impl OfferedWork {
    /// The work of this name.
    pub(super) async fn of(office: &Office, visit: &Visit, name: &str) -> Result<OfferedWork, Problem> {
        let kind = office.jobs.kind(name).ok_or_else(|| Problem::not_found("there is no such work here"))?;
        let purposes = office.purposes_of(&visit.caller, &kind.action);
        if purposes.is_empty() {
            return Err(Problem::forbidden("this work is for others to ask for"));
        }
        let names = kind.asks.iter().map(|field| field.name.clone()).collect();
        let mut choices = office.choices_of(&visit.caller, visit.guest.language, (kind.name, names)).await?;
        choices.retain(|_, those| !those.is_empty());
        Ok(OfferedWork { kind: kind.clone(), purposes, choices })
    }
}

/// The form as it was sent.
pub(super) async fn send(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let asked = OfferedWork::of(&office, &visit, fields.get("kind")).await?;
    let OfferedWork { kind, choices, .. } = &asked;
    let (mut filled, message) = Filled::read(&kind.asks, |name| choices.contains_key(name), &fields);
    for (name, those) in choices {
        let value = filled.value(name);
        if !value.is_empty() && those.iter().all(|(one, _)| one != value) {
            filled.errors.insert(name.clone(), words::NOT_CHOSEN);
        }
    }
    let mut purpose: Option<Purpose> = fields.get(PURPOSE).parse().ok();
    if let Some(other) = purpose.filter(|purpose| !asked.purposes.contains(purpose)) {
        // nobody is offered it
        office.refused.record(&visit.caller.for_purpose(other), kind.action, "").await?;
        purpose = None;
    }
    filled.values.insert(PURPOSE.to_owned(), fields.get(PURPOSE).to_owned());
    if purpose.is_none() {
        filled.errors.insert(PURPOSE.to_owned(), words::NOT_CHOSEN);
    }
    if let Some(purpose) = purpose.filter(|_| !filled.is_wrong() && !fields.is_resumed()) {
        match office.jobs.ask_for(kind, &visit.caller.for_purpose(purpose), message, Through::Form).await {
            Ok(job) => return Ok(see_other(&format!("/jobs/{}", job.id))),
            Err(JobError::Input(wrong)) => filled.refuse(&kind.asks, &wrong),
            Err(error) => return Err(error.into()),
        }
    }
    let status = if filled.is_wrong() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(shown(&office, &visit, &asked, &filled, status))
}

/// The page.
pub(super) fn shown(office: &Office, visit: &Visit, asked: &OfferedWork, filled: &Filled, status: StatusCode) -> Response {
    let OfferedWork { kind, purposes, choices } = asked;
    let language = visit.guest.language;
    let word = |words: Words| words.of(language);
    let mut asks: Vec<&MessageField> = kind.asks.iter().collect();
    asks.sort_by_key(|field| (!field.is_required, office.system.work.place(kind.name, &field.name)));
    let offered: Vec<Vec<Choice<'_>>> = asks.iter().map(|field| offered(language, field, choices.get(&field.name))).collect();
    let mut fields = vec![Field::optional("kind", "", Input::Hidden { value: kind.name })];
    fields.extend(asks.iter().zip(&offered).map(|(field, choices)| control(office, language, (kind.name, field), choices, filled)));
    let purposes: Vec<(&str, String)> = purposes.iter().map(|one| (one.as_str(), purpose_word(language, one.as_str()))).collect();
    let purposes: Vec<Choice<'_>> = purposes.iter().map(|(value, text)| Choice { value, text }).collect();
    fields.push(Field {
        name: PURPOSE,
        label: word(words::PURPOSE),
        hint: Some(word(words::PURPOSE_HINT)),
        required: true,
        error: filled.errors.get(PURPOSE).map(|error| error.of(language)),
        input: Input::Radio { choices: &purposes, value: filled.value(PURPOSE) },
    });
    let form = form(&Form {
        language,
        method: Method::Post,
        action: WORK,
        csrf: Some(visit.session.csrf()),
        fields: &fields,
        submit: word(words::START),
        cancel: Some(Link::new(WORK, word(words::BACK))),
    });
    let told = office.system.work.kind(kind.name);
    let title = told.map_or(kind.name, |told| told.name.of(language));
    let above = [Link::new(WORK, word(words::TITLE))];
    let whole = |why: Words| banner(&Banner { language, tone: Tone::Error, title: word(why), body: Html::empty() });
    let notice = filled.whole.map_or_else(Html::empty, whole);
    let path = format!("{WORK}?kind={}", kind.name);
    office.framed(visit, status, |frame| {
        page(&Page {
            title,
            lead: told.map(|told| told.lead.of(language)),
            path: &path,
            breadcrumbs: &above,
            notice,
            body: form,
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

fn control<'f>(
    office: &Office,
    language: Language,
    (kind, field): (&str, &'f MessageField),
    choices: &'f [Choice<'f>],
    filled: &'f Filled,
) -> Field<'f> {
    let name = field.name.as_str();
    let value = filled.value(name);
    let input = match &field.shape {
        Shape::Flag => Input::Radio { choices, value },
        _ if !choices.is_empty() => Input::Select { choices, value },
        Shape::Day => Input::Date { value: ["year", "month", "day"].map(|part| filled.value(&format!("{name}-{part}"))) },
        Shape::Integer => Input::Digits { value, longest: LONGEST },
        Shape::People => Input::Area { value, rows: 4 },
        Shape::Text | Shape::FiscalYear | Shape::OneOf(_) => Input::Text { value, autocomplete: "off" },
    };
    let told = office.system.work.field(kind, name);
    let many = matches!(field.shape, Shape::People).then_some(words::MANY);
    Field {
        name,
        label: told.map_or(name, |told| told.label.of(language)),
        hint: told.and_then(|told| told.hint).or(many).map(|hint| hint.of(language)),
        required: field.is_required,
        error: filled.errors.get(name).map(|error| error.of(language)),
        input,
    }
}
