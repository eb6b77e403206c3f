//! The form of a record type, and what is sent with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Record;
use face::components::{Banner, Choice, Field, Form, Input, Method, Tone, banner, form};
use face::{Html, Language, Link, Page, Width, page};
use office::{Fields, Sent, Visit};
use wire::{Path, Problem};

use super::{ENTRY, choose, cross, items, words};
use crate::pages::Pages;
use crate::results::{self, EnteredRow};

/// What is kept from one person to the next, because it seldom differs.
const KEPT: [&str; 3] = ["fiscal_year", "examined_on", "institution"];

/// What stands in the form.
#[derive(Default)]
struct Filled {
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
    reason: String,
    reason_error: Option<&'static str>,
    /// Whether something is to be confirmed.
    asks: bool,
    news: Option<String>,
}

/// The empty form.
pub(super) async fn ask(State(pages): State<Pages>, visit: Visit, Path(number): Path<u16>) -> Result<Response, Problem> {
    Ok(shown(&pages, &visit, record(&pages, number)?, StatusCode::OK, &Filled::default()))
}

/// The form as it was sent.
pub(super) async fn enter(State(pages): State<Pages>, Path(number): Path<u16>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let record = record(&pages, number)?;
    let mut filled = read(record, &fields);
    let catalogue = Arc::clone(&pages.registry.catalogue);
    let corrects = filled.values.get("history_number").is_some_and(|history| !history.is_empty());
    if corrects && filled.reason.is_empty() {
        filled.reason_error = Some(words::REASON_MISSING.of(language));
    }
    let told = |refused: &[results::RefusedItem]| -> BTreeMap<String, String> {
        let told = |one: &results::RefusedItem| if language == Language::Japanese { one.ja() } else { one.en() };
        refused.iter().map(|one| (one.item.clone(), told(one))).collect()
    };
    filled.errors = told(&results::check_items(&catalogue, number, &filled.values)?);
    if filled.errors.is_empty() && fields.get("confirm").is_empty() {
        filled.errors = cross::doubts(language, &catalogue, record, &filled.values, pages.registry.clock.today());
        filled.asks = !filled.errors.is_empty();
    }
    if !filled.errors.is_empty() || filled.reason_error.is_some() {
        return Ok(shown(&pages, &visit, record, StatusCode::UNPROCESSABLE_ENTITY, &filled));
    }
    let (room, caller) = (pages.registry.room.clone(), visit.caller.clone());
    let (values, reason) = (filled.values.clone(), filled.reason.clone());
    let entered = crate::work(move || results::enter(&room, &caller, &catalogue, number, &values, &reason)).await?;
    let (word, history) = match entered {
        EnteredRow::Refused(refused) => {
            filled.errors = told(&refused);
            return Ok(shown(&pages, &visit, record, StatusCode::UNPROCESSABLE_ENTITY, &filled));
        }
        EnteredRow::Added(history) => (words::ADDED, history),
        EnteredRow::Corrected(history) => (words::CORRECTED, history),
        EnteredRow::Unchanged(history) => (words::UNCHANGED, history),
    };
    let values = filled.values.into_iter().filter(|(item, _)| KEPT.contains(&item.as_str())).collect();
    let news = Some(word.with(language, &[("history", &history)]));
    Ok(shown(&pages, &visit, record, StatusCode::OK, &Filled { values, news, ..Filled::default() }))
}

fn record(pages: &Pages, number: u16) -> Result<&Record, Problem> {
    Ok(pages.registry.catalogue.record(number).ok_or(wire::Unknown("the record type"))?)
}

fn read(record: &Record, fields: &Fields) -> Filled {
    let values = record.items.iter().map(|item| (item.id.clone(), fields.get(&item.id).trim().to_owned())).collect();
    Filled { values, reason: fields.get("reason").trim().to_owned(), ..Filled::default() }
}

fn shown(pages: &Pages, visit: &Visit, record: &Record, status: StatusCode, filled: &Filled) -> Response {
    let language = visit.guest.language;
    let word = |words: face::Words| words.of(language);
    let prepared = items::prepare(language, record, &filled.values, &filled.errors);
    let mut fields: Vec<Field<'_>> = prepared.iter().map(items::Prepared::field).collect();
    let reason = Input::Text { value: &filled.reason, autocomplete: "off" };
    fields.push(Field::optional("reason", word(words::REASON), reason).error(filled.reason_error));
    let confirm = [Choice { value: "1", text: word(words::CONFIRMED) }];
    if filled.asks {
        let input = Input::Checkboxes { choices: &confirm, values: &[] };
        fields.push(Field::optional("confirm", word(words::CONFIRM), input).error(Some(word(words::CONFIRM_ASKED))));
    }
    let action = format!("{ENTRY}/{}", record.number);
    let body = form(&Form {
        language,
        method: Method::Post,
        action: &action,
        csrf: Some(visit.session.csrf()),
        fields: &fields,
        submit: word(words::SAVE),
        cancel: Some(Link::new(ENTRY, word(words::BACK))),
    });
    let has_errors = fields.iter().any(|field| field.error.is_some());
    let notice = filled.news.as_deref().map(|title| banner(&Banner { language, tone: Tone::Success, title, body: Html::empty() }));
    let above = [Link::new(ENTRY, word(words::TITLE))];
    pages.office.framed(visit, status, |frame| {
        page(&Page {
            title: choose::name(language, record),
            lead: Some(word(words::FORM_LEAD)),
            breadcrumbs: &above,
            notice: notice.unwrap_or_default(),
            body,
            width: Width::Reading,
            has_errors,
            ..frame
        })
    })
}
