//! The kinds of work that the visitor may ask for, or the form of the one that the address names.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Card, cards, empty, paragraph};
use face::{Html, Page, page};
use wire::Problem;

use super::fill::Filled;
use super::{WORK, form, words};
use crate::{Office, Visit};

/// Shows it.
pub(super) async fn show(State(office): State<Office>, visit: Visit) -> Result<Response, Problem> {
    let language = visit.guest.language;
    if let Some(kind) = visit.guest.query.get("kind") {
        let asked = form::OfferedWork::of(&office, &visit, kind).await?;
        let said = visit.guest.query.get(form::PURPOSE).map_or("", String::as_str);
        return Ok(form::shown(&office, &visit, &asked, &Filled::with(form::PURPOSE, said), StatusCode::OK));
    }
    let may = |name: &str| office.jobs.kind(name).is_some_and(|kind| !office.purposes_of(&visit.caller, &kind.action).is_empty());
    let offered: Vec<_> = office.system.work.kinds.iter().filter(|words| may(words.kind)).collect();
    let paths: Vec<String> = offered.iter().map(|words| format!("{WORK}?kind={}", words.kind)).collect();
    let of = |(words, path): (&&crate::KindWords, &String)| (path.clone(), words.name.of(language), paragraph(words.lead.of(language)));
    let told: Vec<(String, &str, Html)> = offered.iter().zip(&paths).map(of).collect();
    let entries: Vec<Card<'_>> = told.iter().map(|(href, title, body)| Card { href, title, body: body.clone() }).collect();
    let body = if entries.is_empty() { empty(words::NONE.of(language), Html::empty()) } else { cards(&entries) };
    Ok(office.framed(&visit, StatusCode::OK, |frame| {
        page(&Page { title: words::TITLE.of(language), lead: Some(words::LEAD.of(language)), path: WORK, body, ..frame })
    }))
}
