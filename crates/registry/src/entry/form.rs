//! The form of a record type, below the person whose record it is.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use catalogue::{Catalogue, Item, Record};
use face::components::{Choice, Field, Form, Input, Method, form, section};
use face::{Html, Language, Link, Page, Width, page};
use office::{Fields, Visit};

use super::person::{NUMBER, Whose};
use super::{ENTRY, choose, correct, items, words};
use crate::RegistryError;
use crate::consultation::identity;
use crate::pages::Pages;
use crate::results::RefusedItem;

/// The item that numbers the records of a person: given by the registry, entered by nobody.
pub(super) const HISTORY: &str = "history_number";

/// What stands in the form.
#[derive(Default)]
pub(super) struct Filled {
    /// Of the items that stood on the form, and of no others.
    pub(super) values: BTreeMap<String, String>,
    pub(super) errors: BTreeMap<String, String>,
    pub(super) reason: String,
    pub(super) reason_error: Option<&'static str>,
    /// Whether something is to be confirmed.
    pub(super) asks: bool,
}

impl Filled {
    /// What was sent of these items: one whose field was not on the form is not there.
    pub(super) fn read<'i>(items: impl Iterator<Item = &'i Item>, fields: &Fields) -> Self {
        let sent = items.filter_map(|item| Some((item.id.clone(), fields.all(&item.id).next()?.trim().to_owned())));
        Filled { values: sent.collect(), reason: fields.get("reason").trim().to_owned(), ..Filled::default() }
    }

    pub(super) fn is_wrong(&self) -> bool {
        !self.errors.is_empty() || self.reason_error.is_some()
    }
}

/// The record type of a number.
pub(super) fn record(catalogue: &Catalogue, number: u16) -> Result<&Record, RegistryError> {
    Ok(catalogue.record(number).ok_or(wire::Unknown("the record type"))?)
}

/// Whether an item is filled in: not who it is about, and not what the registry gives.
pub(super) fn is_filled_in(item: &Item) -> bool {
    item.id != NUMBER && item.id != HISTORY
}

/// What is wrong with which items, in words.
pub(super) fn told(language: Language, refused: &[RefusedItem]) -> BTreeMap<String, String> {
    let told = |one: &RefusedItem| if language == Language::Japanese { one.ja() } else { one.en() };
    refused.iter().map(|one| (one.item.clone(), told(one))).collect()
}

/// What is shown.
pub(super) struct Shown<'s> {
    pub(super) record: &'s Record,
    pub(super) whose: &'s Whose,
    pub(super) filled: &'s Filled,
    /// Of a correction: its address, and the version of the record that it begins from.
    pub(super) correction: Option<(&'s str, i32)>,
    pub(super) notice: Html,
}

/// The page.
pub(super) fn shown(pages: &Pages, visit: &Visit, status: StatusCode, shown: Shown<'_>) -> Response {
    let language = visit.guest.language;
    let word = |words: face::Words| words.of(language);
    let Shown { record, whose, filled, correction, notice } = shown;
    // A correction holds what may be seen of the stored record; a new record everything.
    let on_form = |item: &Item| is_filled_in(item) && (correction.is_none() || filled.values.contains_key(&item.id));
    let prepared = items::prepare(language, record, on_form, filled);
    let (person, version) = (whose.hit.id.to_string(), correction.map(|(_, version)| version.to_string()).unwrap_or_default());
    let mut fields = vec![
        Field::optional(NUMBER, "", Input::Hidden { value: &whose.hit.number }),
        Field::optional("person", "", Input::Hidden { value: &person }),
    ];
    fields.extend(prepared.iter().map(items::Prepared::field));
    if correction.is_some() {
        fields.push(Field::optional("version", "", Input::Hidden { value: &version }));
        let reason = Input::Text { value: &filled.reason, autocomplete: "off" };
        fields.push(Field::required("reason", word(words::REASON), reason).error(filled.reason_error));
    }
    let confirm = [Choice { value: "1", text: word(words::CONFIRMED) }];
    if filled.asks {
        let input = Input::Checkboxes { choices: &confirm, values: &[] };
        fields.push(Field::optional("confirm", word(words::CONFIRM), input).error(Some(word(words::CONFIRM_ASKED))));
    }
    let entry = format!("{ENTRY}/{}", record.number);
    let cancel = if correction.is_some() { Link::new(ENTRY, word(words::BACK)) } else { Link::new(&entry, word(words::ANOTHER_PERSON)) };
    let filled_form = form(&Form {
        language,
        method: Method::Post,
        action: correction.map_or(entry.as_str(), |(address, _)| address),
        csrf: Some(visit.session.csrf()),
        fields: &fields,
        submit: word(if correction.is_some() { words::REVIEW } else { words::SAVE }),
        cancel: Some(cancel),
    });
    let has_errors = fields.iter().any(|field| field.error.is_some());
    let person = section(word(words::PERSON), [identity(language, (&whose.hit, &whose.standing), pages.registry.clock.today())]);
    let (title, lead) = if correction.is_some() {
        (correct::title(language, record), words::CORRECTION_LEAD)
    } else {
        (choose::name(language, record).to_owned(), words::FORM_LEAD)
    };
    let above = [Link::new(ENTRY, word(words::TITLE))];
    pages.office.framed(visit, status, |frame| {
        page(&Page {
            title: &title,
            lead: Some(word(lead)),
            breadcrumbs: &above,
            notice,
            body: Html::all([person, filled_form]),
            width: Width::Reading,
            has_errors,
            ..frame
        })
    })
}
