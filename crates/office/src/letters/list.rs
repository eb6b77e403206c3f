//! The messages of the outbox, those that could not be sent first.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{
    Banner, Bulk, BulkAct, Column, Emphasis, Filter, SortColumn, Tone, WorkList, WorkRow, banner, chip, code, work_list,
};
use face::{Html, Language, Page, page};
use ledger::{Outcome, Subject};
use wire::Problem;
use work::outbox::StoredLetter;

use super::{LETTERS, words};
use crate::{Office, Visit, instant};

const MOST: i64 = 500;
/// What a filter is called in the address, and whether it shows the dead alone, or those that wait.
const FILTERS: [(&str, face::Words, Option<bool>); 3] =
    [("", words::ALL, None), ("dead", words::DEAD, Some(true)), ("waiting", words::WAITING, Some(false))];

/// Lists them.
pub(super) async fn list(State(office): State<Office>, visit: Visit) -> Result<Response, Problem> {
    shown(&office, &visit, StatusCode::OK, None).await
}

/// The page after something was done, or was not: how it went, and what it is called.
pub(super) async fn shown(office: &Office, visit: &Visit, status: StatusCode, news: Option<(Tone, String)>) -> Result<Response, Problem> {
    let language = visit.guest.language;
    office.room.event(&visit.caller, office.system.actions.letters, Outcome::Read, Subject::None, "list").await?;
    let mut letters = Vec::new();
    for outbox in office.outboxes.all().await {
        letters.extend(outbox.letters(MOST).await?);
    }
    let asked = visit.guest.query.get("state").map_or("", String::as_str);
    let dead = FILTERS.iter().find(|(name, ..)| *name == asked).and_then(|(.., dead)| *dead);
    let may = office.allows(&visit.caller, &office.system.actions.manage_letters);
    let rows: Vec<WorkRow> =
        letters.iter().filter(|letter| dead.is_none_or(|dead| letter.dead == dead)).map(|letter| row(language, letter)).collect();
    let word = |words: face::Words| words.of(language);
    let hrefs = FILTERS.map(|(name, ..)| if name.is_empty() { LETTERS.to_owned() } else { format!("{LETTERS}?state={name}") });
    let filters: Vec<Filter<'_>> = FILTERS
        .iter()
        .zip(&hrefs)
        .map(|((name, words, _), href)| Filter { href, text: word(*words), is_current: *name == asked })
        .collect();
    let columns = [
        Column::text(word(words::KIND)),
        Column::text(word(words::TO)),
        Column::text(word(words::STATE)),
        Column::number(word(words::ATTEMPTS)),
        Column::text(word(words::REFUSAL)),
        Column::text(word(words::SINCE)),
    ]
    .map(SortColumn::fixed);
    let acts = [
        BulkAct { action: "/letters/retry", text: word(words::RETRY), emphasis: Emphasis::Primary },
        BulkAct { action: "/letters/drop", text: word(words::DROP), emphasis: Emphasis::Danger },
    ];
    let bulk = (may && letters.iter().any(|letter| letter.dead)).then(|| Bulk {
        csrf: visit.session.csrf(),
        acts: &acts,
        reason: Some(word(words::REASON)),
    });
    let caption = word(words::LIST);
    let body = work_list(&WorkList { language, caption, filters: &filters, columns: &columns, rows, bulk, first: None, next: None });
    let notice = news.map(|(tone, title)| banner(&Banner { language, tone, title: &title, body: Html::empty() })).unwrap_or_default();
    Ok(office.framed(visit, status, |frame| {
        page(&Page { title: word(words::TITLE), lead: Some(word(words::LEAD)), path: LETTERS, notice, body, ..frame })
    }))
}

fn row(language: Language, letter: &StoredLetter) -> WorkRow {
    let (tone, state) = if letter.dead { (Tone::Error, words::DEAD) } else { (Tone::Neutral, words::WAITING) };
    let cells = vec![
        code(&letter.kind),
        code(&letter.peer),
        chip(tone, state.of(language)),
        letter.attempts.to_string().into(),
        letter.last_error.as_deref().map_or_else(|| "—".into(), code),
        instant(letter.enqueued_at.as_millisecond()).into(),
    ];
    WorkRow { key: letter.dead.then(|| letter.key.to_string()), name: format!("{} {}", letter.kind, letter.key), cells }
}
