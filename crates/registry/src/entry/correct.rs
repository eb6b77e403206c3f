//! The correction of a record: a form filled with what is stored, then old and new side by side, then the gate. What did not stand on the form
//! stays as it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::{Catalogue, Item, Record};
use face::components::{
    Banner, Button, Choice, Emphasis, Field, Form, Input, Method, Tone, banner, button_link, buttons, form, paragraph, post_button, section,
};
use face::{Html, Language, Link, Page, Width, page};
use ledger::Seen;
use office::{Sent, Visit};
use store::Tx;
use vocabulary::Purpose;
use wire::{Path, Problem};

use super::change::{Change, changes, reviewed};
use super::form::{Filled, HISTORY, Shown, is_filled_in, record, shown, told};
use super::person::{NUMBER, Whose};
use super::{ENTRY, choose, correction_of, cross, items, words};
use crate::RegistryError;
use crate::consultation::{SEE, SEE_PROTECTED, identity, page_of, tells_of_places};
use crate::pages::Pages;
use crate::person::person_id;
use crate::results::{self, ENTER, EnteredRow, StoredRecord};

/// A record that is corrected.
struct Corrected<'c> {
    record: &'c Record,
    row: i64,
    stored: StoredRecord,
    whose: Whose,
    /// Whether what tells of places is not on the form.
    is_guarded: bool,
}

impl Corrected<'_> {
    fn address(&self) -> String {
        correction_of(self.record.number, self.row)
    }

    /// The items that stand on the form.
    fn items(&self) -> impl Iterator<Item = &Item> {
        self.record.items.iter().filter(|item| is_filled_in(item) && !(self.is_guarded && tells_of_places(item)))
    }
}

/// The form, filled with what is stored.
pub(super) async fn ask(State(pages): State<Pages>, visit: Visit, Path((number, row)): Path<(u16, i64)>) -> Result<Response, Problem> {
    let catalogue = pages.registry.catalogue();
    let corrected = read(&pages, &catalogue, &visit, number, row).await?;
    let stored = |item: &Item| (item.id.clone(), corrected.stored.values.get(&item.id).cloned().unwrap_or_default());
    let filled = Filled { values: corrected.items().map(stored).collect(), ..Filled::default() };
    Ok(filled_in(&pages, &visit, &corrected, StatusCode::OK, &filled, None))
}

/// The form as it was sent, or what was changed once it was looked at.
pub(super) async fn enter(
    State(pages): State<Pages>,
    Path((number, row)): Path<(u16, i64)>,
    Sent { visit, fields }: Sent,
) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let catalogue = pages.registry.catalogue();
    let corrected = read(&pages, &catalogue, &visit, number, row).await?;
    let stored = &corrected.stored;
    let mut filled = Filled::read(corrected.items(), &fields);
    let again = |status, filled: &Filled, news| Ok(filled_in(&pages, &visit, &corrected, status, filled, news));
    if fields.is_resumed() || !fields.get("back").is_empty() {
        return again(StatusCode::OK, &filled, None);
    }
    if fields.get("version") != stored.version.to_string() {
        return again(StatusCode::CONFLICT, &filled, Some((Tone::Warning, words::CHANGED_MEANWHILE)));
    }
    if filled.reason.is_empty() {
        filled.reason_error = Some(words::REASON_MISSING.of(language));
    }
    let mut values = filled.values.clone();
    values.insert(NUMBER.to_owned(), stored.number.clone());
    values.insert(HISTORY.to_owned(), stored.history.to_string());
    filled.errors = told(language, &results::check_items(&catalogue, number, &values)?);
    if filled.is_wrong() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, &filled, None);
    }
    let changes = changes(corrected.record, &stored.values, &filled.values);
    if changes.is_empty() {
        return again(StatusCode::OK, &filled, Some((Tone::Information, words::NOTHING_CHANGED)));
    }
    let merged: BTreeMap<String, String> = stored.values.clone().into_iter().chain(filled.values.clone()).collect();
    let others: Vec<_> = corrected.whose.days.iter().copied().filter(|(history, _)| *history != stored.history).collect();
    let doubts = cross::doubts(language, &catalogue, corrected.record, &merged, pages.registry.clock.today(), &others)?;
    let asks = !doubts.is_empty() || !stored.former.is_empty() || changes.iter().any(Change::empties);
    let is_seen = !fields.get("seen").is_empty();
    if !is_seen || asks && fields.get("confirm").is_empty() {
        let status = if is_seen { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let to_review = ToReview { filled: &filled, changes: &changes, doubts: &doubts, asks };
        return Ok(to_review.page(&pages, &visit, &corrected, status));
    }
    let (room, caller, version, reason) = (pages.registry.room.clone(), visit.caller.clone(), stored.version, filled.reason.clone());
    let known = Arc::clone(&catalogue);
    let entered = crate::work(move || results::correct(&room, &caller, &known, number, &values, version, &reason)).await?;
    match entered {
        EnteredRow::Refused(refused) => {
            filled.errors = told(language, &refused);
            let meanwhile = filled.errors.remove(HISTORY).map(|_| (Tone::Warning, words::CHANGED_MEANWHILE));
            again(StatusCode::UNPROCESSABLE_ENTITY, &filled, meanwhile)
        }
        EnteredRow::Added(_) | EnteredRow::Corrected(_) | EnteredRow::Unchanged(_) => Ok(done(&pages, &visit, &corrected, &changes)),
    }
}

/// What the pages of a correction are called.
pub(super) fn title(language: Language, record: &Record) -> String {
    words::CORRECTION_OF.with(language, &[("name", &choose::name(language, record))])
}

/// The record and whose it is, recorded.
async fn read<'c>(pages: &Pages, known: &'c Arc<Catalogue>, visit: &Visit, number: u16, row: i64) -> Result<Corrected<'c>, RegistryError> {
    let record = record(known, number)?;
    let (vault, catalogue) = (pages.registry.room.vault().clone(), Arc::clone(known));
    let look = move |tx: &mut Tx, entry: &mut ledger::Record<'_>| {
        let stored = StoredRecord::read(tx, &vault, &catalogue, number, row)?.ok_or(wire::Unknown("the record"))?;
        let whose = Whose::read(tx, &vault, &catalogue, number, &stored.number)?.ok_or(wire::Unknown("the person"))?;
        entry.note(format!("record type {number}, history number {}", stored.history));
        Ok::<_, RegistryError>(Seen::person(person_id(&stored.number).into_owned(), (stored, whose)))
    };
    let (stored, whose) = pages.registry.room.see(&visit.caller, ENTER, look).await?;
    let is_guarded = whose.hit.is_protected && !pages.office.allows(&visit.caller, &SEE_PROTECTED);
    Ok(Corrected { record, row, stored, whose, is_guarded })
}

fn filled_in(
    pages: &Pages,
    visit: &Visit,
    corrected: &Corrected<'_>,
    status: StatusCode,
    filled: &Filled,
    news: Option<(Tone, face::Words)>,
) -> Response {
    let language = visit.guest.language;
    let say = |tone, words: face::Words| banner(&Banner { language, tone, title: words.of(language), body: Html::empty() });
    let guarded = corrected.is_guarded.then(|| say(Tone::Warning, words::GUARDED));
    let notice = news.map(|(tone, words)| say(tone, words)).into_iter().chain(guarded).collect();
    let address = corrected.address();
    let correction = Some((address.as_str(), corrected.stored.version));
    shown(pages, visit, status, Shown { record: corrected.record, whose: &corrected.whose, filled, correction, notice })
}

/// What is looked at before it is stored.
struct ToReview<'r> {
    filled: &'r Filled,
    changes: &'r [Change<'r>],
    doubts: &'r BTreeMap<String, String>,
    asks: bool,
}

impl ToReview<'_> {
    fn page(&self, pages: &Pages, visit: &Visit, corrected: &Corrected<'_>, status: StatusCode) -> Response {
        let language = visit.guest.language;
        let word = |words: face::Words| words.of(language);
        let (address, version) = (corrected.address(), corrected.stored.version.to_string());
        let mut sent: Vec<(&str, &str)> = self.filled.values.iter().map(|(item, value)| (item.as_str(), value.as_str())).collect();
        sent.extend([("version", version.as_str()), ("reason", self.filled.reason.as_str())]);
        let mut fields: Vec<Field<'_>> = sent.iter().map(|(name, value)| Field::optional(name, "", Input::Hidden { value })).collect();
        fields.push(Field::optional("seen", "", Input::Hidden { value: "1" }));
        let confirm = [Choice { value: "1", text: word(words::CONFIRMED_CHANGES) }];
        if self.asks {
            let input = Input::Checkboxes { choices: &confirm, values: &[] };
            let error = (status != StatusCode::OK).then(|| word(words::CONFIRM_ASKED));
            fields.push(Field::required("confirm", word(words::CONFIRM), input).error(error));
        }
        let store = form(&Form {
            language,
            method: Method::Post,
            action: &address,
            csrf: Some(visit.session.csrf()),
            fields: &fields,
            submit: word(words::STORE),
            cancel: None,
        });
        sent.push(("back", "1"));
        let back = Button {
            action: &address,
            csrf: visit.session.csrf(),
            values: &sent,
            text: word(words::CHANGE_AGAIN),
            emphasis: Emphasis::Secondary,
        };
        let who = identity(language, (&corrected.whose.hit, &corrected.whose.standing), pages.registry.clock.today());
        let title = title(language, corrected.record);
        let notice = self.notice(visit, corrected);
        let body = Html::all([
            section(word(words::PERSON), [who]),
            section(
                word(words::CHANGES),
                [reviewed(language, self.changes), paragraph(&format!("{}: {}", word(words::REASON), self.filled.reason))],
            ),
            store,
            buttons([post_button(&back)]),
        ]);
        let above = [Link::new(ENTRY, word(words::TITLE))];
        let has_errors = status != StatusCode::OK;
        let (lead, width) = (Some(word(words::REVIEW_LEAD)), Width::Reading);
        pages.office.framed(visit, status, |frame| {
            page(&Page { title: &title, lead, breadcrumbs: &above, notice, body, width, has_errors, ..frame })
        })
    }

    /// What is asked about.
    fn notice(&self, visit: &Visit, corrected: &Corrected<'_>) -> Html {
        let language = visit.guest.language;
        if !self.asks {
            return Html::empty();
        }
        let label = |item: &str| corrected.record.item(item).map_or_else(|| item.to_owned(), |item| items::label(language, item));
        let emptied = self.changes.iter().filter(|change| change.empties()).count();
        let emptied = (emptied > 0).then(|| words::EMPTIES.with(language, &[("count", &emptied)]));
        let former = &corrected.stored.former;
        let former = (!former.is_empty()).then(|| words::FORMER.with(language, &[("count", &former.len())]));
        let doubts = self.doubts.iter().map(|(item, told)| format!("{}: {told}", label(item)));
        let body: Html = emptied.into_iter().chain(former).chain(doubts).map(|line| paragraph(&line)).collect();
        banner(&Banner { language, tone: Tone::Warning, title: words::CONFIRM.of(language), body })
    }
}

/// What was corrected, and whose it is.
fn done(pages: &Pages, visit: &Visit, corrected: &Corrected<'_>, changes: &[Change<'_>]) -> Response {
    let language = visit.guest.language;
    let word = |words: face::Words| words.of(language);
    let told = words::CORRECTED.with(language, &[("whose", &corrected.whose.named(language)), ("history", &corrected.stored.history)]);
    let notice = banner(&Banner { language, tone: Tone::Success, title: &told, body: Html::empty() });
    let purpose = Purpose::ResultEntry;
    let person = pages
        .office
        .allows(&visit.caller.for_purpose(purpose), &SEE)
        .then(|| button_link(&page_of(corrected.whose.hit.id, purpose), word(words::TO_PERSON), Emphasis::Secondary));
    let kinds = button_link(ENTRY, word(words::BACK), Emphasis::Tertiary);
    let body = Html::all([section(word(words::CHANGES), [reviewed(language, changes)]), buttons(person.into_iter().chain([kinds]))]);
    let title = title(language, corrected.record);
    let above = [Link::new(ENTRY, word(words::TITLE))];
    pages.office.framed(visit, StatusCode::OK, |frame| {
        page(&Page { title: &title, breadcrumbs: &above, notice, body, width: Width::Reading, ..frame })
    })
}
