//! The entries, page after page.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Field, Form, Input, Method, disclosure, empty, form as filled_form, paragraph, section};
use face::{Html, Language, Page, page};
use ledger::{Found, Outcome, Subject};
use wire::Problem;

use super::rows::COLUMNS;
use super::{rows, words};
use crate::list::{EXPORT_ROWS, ListAsked, ListForm, ListPage, Order, PAGE_ROWS};
use crate::{Office, OfficeError, Sent, Visit, path};

/// What stands in the form of the search, and what is wrong with it.
#[derive(Default)]
pub(super) struct Search {
    pub(super) account: String,
    pub(super) error: Option<&'static str>,
}

fn form() -> ListForm {
    let order = Order { column: "when", is_down: true };
    ListForm { path: path::USES, caption: words::ALL, parts: Vec::new(), columns: COLUMNS, order }
}

/// Those of a page, the newest first or the oldest.
pub(super) async fn list(State(office): State<Office>, visit: Visit) -> Result<Response, Problem> {
    let form = form();
    let asked = form.asked(&visit);
    office.room.event(&visit.caller, office.system.actions.uses, Outcome::Read, Subject::None, "list").await?;
    let found = entries(&office, &asked, PAGE_ROWS as u64 + 1).await?;
    let page = ListPage::from_more(rows::rows(&office, visit.guest.language, &found));
    let body = section(words::ALL.of(visit.guest.language), [office.list(&visit, &form, &asked, page, None)]);
    Ok(shown(&office, &visit, StatusCode::OK, &Search::default(), body))
}

/// The same and those after them, as a file.
pub(super) async fn export(State(office): State<Office>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let form = form();
    let found = entries(&office, &form.asked(&visit), EXPORT_ROWS as u64).await?;
    let note = format!("export: {} entries", found.len());
    office.room.event(&visit.caller, office.system.actions.uses, Outcome::Read, Subject::None, &note).await?;
    Ok(form.file(visit.guest.language, rows::rows(&office, visit.guest.language, &found)).await)
}

async fn entries(office: &Office, asked: &ListAsked, most: u64) -> Result<Vec<Found>, Problem> {
    let position = asked.after.as_ref().and_then(|mark| mark.key.parse::<u64>().ok());
    Ok(if asked.order.is_down {
        ledger::before(&office.room, position.unwrap_or(u64::MAX), most).await?
    } else {
        ledger::from(&office.room, position.map_or(0, |position| position.saturating_add(1)), most).await?
    })
}

pub(super) fn listed(office: &Office, language: Language, caption: &str, found: &[Found]) -> Html {
    if found.is_empty() { empty(words::NOTHING.of(language), Html::empty()) } else { rows::table(office, language, caption, found) }
}

/// The page: the form of the search, closed until it is asked for or wrong, and what was found.
pub(super) fn shown(office: &Office, visit: &Visit, status: StatusCode, asked: &Search, found: Html) -> Response {
    let language = visit.guest.language;
    let word = |words: face::Words| words.of(language);
    let text = |value| Input::Text { value, autocomplete: "off" };
    // The person's number is not put back: a browser would keep it with the page.
    let fields = [
        Field::optional("person", word(words::PERSON), text("")).hint(word(words::PERSON_HINT)).error(asked.error),
        Field::optional("account", word(words::ACCOUNT), text(&asked.account)).error(asked.error),
    ];
    let search = filled_form(&Form {
        language,
        method: Method::Post,
        action: path::USES,
        csrf: Some(visit.session.csrf()),
        fields: &fields,
        submit: word(words::FIND),
        cancel: None,
    });
    let search = Html::all([paragraph(word(words::FIND_LEAD)), search]);
    let search = if asked.error.is_some() { search } else { disclosure(word(words::FIND), search) };
    let has_errors = asked.error.is_some();
    office.framed(visit, status, |frame| {
        let body = Html::all([search, found]);
        page(&Page { title: word(words::TITLE), lead: Some(word(words::LEAD)), path: path::USES, body, has_errors, ..frame })
    })
}

pub(super) fn failed(error: ledger::LedgerError) -> Problem {
    OfficeError::from(error).into()
}
