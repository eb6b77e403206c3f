//! Who has used a person's data: the record of use, as far as it names them. Looking at it is in it too.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Column, Table, Tone, chip, code, paragraph, section, table};
use face::{Html, Language, Link, Page, page};
use ledger::{About, Actor, Entry, Outcome, find};
use wire::{Path, Problem};

use super::person::named;
use super::{RESIDENTS, SEE, SEE_USES, page_of, words};
use crate::pages::{Pages, Visit, framed, instant, purpose_word};

const MOST: usize = 200;

/// Shows the newest of them.
pub(super) async fn uses(State(pages): State<Pages>, visit: Visit, Path(id): Path<i64>) -> Result<Response, Problem> {
    let (room, language) = (&pages.registry.room, visit.guest.language);
    let (number, name) = room.read_recorded(&visit.caller, SEE_USES, move |tx, record| named(tx, id, record)).await?;
    let now = pages.registry.clock.now_ms();
    let found = find(room, &visit.caller, About::Person(&number), 0..now.saturating_add(1), MOST).await?;
    let rows: Vec<Vec<Html>> = found.iter().filter_map(|found| Some(row(language, &found.entry().ok()?))).collect();
    let word = |words: face::Words| words.of(language);
    let columns = [
        Column::text(word(words::WHEN)),
        Column::text(word(words::WHO)),
        Column::text(word(words::WHAT)),
        Column::text(word(words::PURPOSE)),
        Column::text(word(words::OUTCOME)),
        Column::text(word(words::REMARK)),
    ];
    let title = word(words::USES);
    let whose = words::USES_OF.with(language, &[("name", &name), ("number", &number)]);
    let listed = table(&Table { caption: title, columns: &columns, rows, dense: true });
    let body = section(&whose, [paragraph(word(words::USES_NOTE)), listed]);
    let person = page_of(id, visit.caller.purpose());
    let mut above = vec![Link::new(RESIDENTS, words::TITLE.of(language))];
    if pages.allows(&visit.caller, &SEE) {
        above.push(Link::new(&person, word(words::PERSON)));
    }
    Ok(framed(&pages, &visit, StatusCode::OK, |frame| page(&Page { title, breadcrumbs: &above, body, ..frame })))
}

fn row(language: Language, entry: &Entry<'_>) -> Vec<Html> {
    let who = match entry.actor {
        Actor::Named(_, id) => code(id),
        Actor::Resident(_) => words::THEMSELVES.of(language).into(),
    };
    let (tone, outcome) = match entry.outcome {
        Outcome::Read => (Tone::Neutral, words::WAS_READ),
        Outcome::Written => (Tone::Information, words::WAS_WRITTEN),
        Outcome::Refused => (Tone::Warning, words::WAS_REFUSED),
    };
    vec![
        instant(entry.instant).into(),
        who,
        words::action(entry.action).map_or_else(|| code(entry.action), |word| word.of(language).into()),
        purpose_word(language, entry.purpose).into(),
        chip(tone, outcome.of(language)),
        if entry.detail.is_empty() { "—" } else { entry.detail }.into(),
    ]
}
