//! Another record: the person is asked for and shown, then the form is filled in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::Html;
use face::components::{Banner, Tone, banner};
use office::{Sent, Visit};
use wire::{Path, Problem};

use super::form::{Filled, Shown, is_filled_in, record, shown, told};
use super::person::{self, NUMBER, Question, asked};
use super::{cross, words};
use crate::pages::Pages;
use crate::results::{self, EnteredRow};

/// The question whose it is.
pub(super) async fn ask(State(pages): State<Pages>, visit: Visit, Path(number): Path<u16>) -> Result<Response, Problem> {
    asked(&pages, &visit, record(&pages.registry.catalogue(), number)?, StatusCode::OK, Question::default())
}

/// The number, or the form as it was sent. Nothing is stored for a person who was not shown.
pub(super) async fn enter(State(pages): State<Pages>, Path(number): Path<u16>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let catalogue = pages.registry.catalogue();
    let record = record(&catalogue, number)?;
    let mut filled = Filled::read(record.items.iter().filter(|item| is_filled_in(item)), &fields);
    let typed = fields.get(NUMBER).trim();
    let wrong = |error: &str, filled: Filled| {
        let question = Question { number: typed, error: Some(error), values: filled.values, ..Question::default() };
        asked(&pages, &visit, record, StatusCode::UNPROCESSABLE_ENTITY, question)
    };
    let canonical = record.item(NUMBER).map_or(Ok(typed.into()), |item| item.canonical(typed));
    let resident = match canonical {
        Ok(resident) => resident.into_owned(),
        Err(problem) => return wrong(&if language == face::Language::Japanese { problem.ja() } else { problem.en() }, filled),
    };
    let Some(whose) = person::find(&pages, &visit, number, resident.clone()).await? else {
        return wrong(words::NOBODY.of(language), filled);
    };
    let show = |status, filled: &Filled| {
        let page = Shown { record, whose: &whose, filled, correction: None, notice: Html::empty() };
        Ok(shown(&pages, &visit, status, page))
    };
    if fields.get("person") != whose.hit.id.to_string() || fields.is_resumed() {
        return show(StatusCode::OK, &filled);
    }
    let mut values = filled.values.clone();
    values.insert(NUMBER.to_owned(), resident);
    filled.errors = told(language, &results::check_items(&catalogue, number, &values)?);
    if filled.errors.is_empty() && fields.get("confirm").is_empty() {
        filled.errors = cross::doubts(language, &catalogue, record, &values, pages.registry.clock.today(), &whose.days)?;
        filled.asks = !filled.errors.is_empty();
    }
    if filled.is_wrong() {
        return show(StatusCode::UNPROCESSABLE_ENTITY, &filled);
    }
    let (room, caller) = (pages.registry.room.clone(), visit.caller.clone());
    let known = Arc::clone(&catalogue);
    let entered = crate::work(move || results::enter(&room, &caller, &known, number, &values, "")).await?;
    let (word, history) = match entered {
        EnteredRow::Refused(refused) => {
            filled.errors = told(language, &refused);
            return show(StatusCode::UNPROCESSABLE_ENTITY, &filled);
        }
        EnteredRow::Added(history) => (words::ADDED, history),
        EnteredRow::Corrected(history) | EnteredRow::Unchanged(history) => (words::UNCHANGED, history),
    };
    let title = word.with(language, &[("whose", &whose.named(language)), ("history", &history)]);
    let notice = banner(&Banner { language, tone: Tone::Success, title: &title, body: Html::empty() });
    asked(&pages, &visit, record, StatusCode::OK, Question { values: filled.values, notice, ..Question::default() })
}
