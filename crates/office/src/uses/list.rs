//! The newest entries, and those before them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Emphasis, Field, Form, Input, Method, button_link, buttons, disclosure, empty, form, paragraph, section};
use face::{Html, Language, Page, page};
use ledger::{Found, Outcome, Subject};
use wire::Problem;

use super::{rows, words};
use crate::{Office, OfficeError, Visit, path};

/// Entries on a page.
const MOST: u64 = 50;

/// What stands in the form of the search, and what is wrong with it.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) account: String,
    pub(super) error: Option<&'static str>,
}

/// The newest, or those before the position that `before` names.
pub(super) async fn list(State(office): State<Office>, visit: Visit) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let before = visit.guest.query.get("before").and_then(|before| before.parse::<u64>().ok());
    office.room.event(&visit.caller, office.system.actions.uses, Outcome::Read, Subject::None, "list").await?;
    let found = ledger::before(office.room.raw(), before.unwrap_or(u64::MAX), MOST).await?;
    let last = found.last().map(|found| found.position).filter(|position| *position > 0);
    let older = last.map(|last| button_link(&format!("{}?before={last}", path::USES), words::OLDER.of(language), Emphasis::Secondary));
    let newest = before.map(|_| button_link(path::USES, words::BACK.of(language), Emphasis::Tertiary));
    let caption = words::NEWEST.of(language);
    let body = [listed(&office, language, caption, &found), buttons(older.into_iter().chain(newest))];
    Ok(shown(&office, &visit, StatusCode::OK, &Asked::default(), section(caption, body)))
}

pub(super) fn listed(office: &Office, language: Language, caption: &str, found: &[Found]) -> Html {
    if found.is_empty() { empty(words::NOTHING.of(language), Html::empty()) } else { rows::table(office, language, caption, found) }
}

/// The page: the form of the search, closed until it is asked for or wrong, and what was found.
pub(super) fn shown(office: &Office, visit: &Visit, status: StatusCode, asked: &Asked, found: Html) -> Response {
    let language = visit.guest.language;
    let word = |words: face::Words| words.of(language);
    let text = |value| Input::Text { value, autocomplete: "off" };
    // The person's number is not put back: a browser would keep it with the page.
    let fields = [
        Field::optional("person", word(words::PERSON), text("")).hint(word(words::PERSON_HINT)).error(asked.error),
        Field::optional("account", word(words::ACCOUNT), text(&asked.account)).error(asked.error),
    ];
    let search = form(&Form {
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
