//! The messages of the outbox, those that could not be sent first.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Banner, Bulk, BulkAct, Emphasis, Tone, banner, chip};
use face::{Html, Language, Page, page};
use ledger::{Outcome, Subject};
use wire::Problem;
use work::outbox::{Outbox, StoredMessage};

use super::chosen::ChosenMessage;
use super::{MESSAGES, words};
use crate::list::{Cell, ListAsked, ListColumn, ListForm, ListPage, ListRow, Order, Part};
use crate::record_words::party_word;
use crate::{Office, Sent, Visit};

/// Of one outbox.
const MOST: i64 = 500;
/// What a part is called in the address, and whether it shows the dead alone, or those that wait.
const PARTS: [(&str, face::Words, Option<bool>); 3] =
    [("", words::ALL, None), ("dead", words::DEAD, Some(true)), ("waiting", words::WAITING, Some(false))];

const COLUMNS: &[ListColumn] = &[
    ListColumn::text("kind", words::KIND),
    ListColumn::text("to", words::TO),
    ListColumn::text("state", words::STATE),
    ListColumn::number("attempts", words::ATTEMPTS),
    ListColumn::text("refusal", words::REFUSAL),
    ListColumn::text("since", words::SINCE),
];

/// Lists them.
pub(super) async fn list(State(office): State<Office>, visit: Visit) -> Result<Response, Problem> {
    shown(&office, &visit, StatusCode::OK, None).await
}

/// The list as a file.
pub(super) async fn export(State(office): State<Office>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let (form, asked) = asked(&visit);
    let rows = ListPage::all_after(&form, &asked, rows(&office, &visit, &asked.part).await?);
    let note = format!("export: {} messages", rows.len());
    office.room.event(&visit.caller, office.system.actions.messages, Outcome::Read, Subject::None, &note).await?;
    Ok(form.file(visit.guest.language, rows).await)
}

fn asked(visit: &Visit) -> (ListForm, ListAsked) {
    let parts = PARTS.iter().map(|(name, words, _)| Part::of(visit.guest.language, name, *words)).collect();
    let order = Order { column: "state", is_down: false };
    let form = ListForm { path: MESSAGES, caption: words::LIST, parts, columns: COLUMNS, order };
    let asked = form.asked(visit);
    (form, asked)
}

async fn rows(office: &Office, visit: &Visit, part: &str) -> Result<Vec<ListRow>, Problem> {
    let dead = PARTS.iter().find(|(name, ..)| *name == part).and_then(|(.., dead)| *dead);
    let mut rows = Vec::new();
    for outbox in office.outboxes.all().await {
        let messages = outbox.messages_for(&visit.caller, MOST).await?;
        let of_part = messages.iter().filter(|message| dead.is_none_or(|dead| message.dead == dead));
        rows.extend(of_part.map(|message| row(office, visit.guest.language, (&outbox, message))));
    }
    Ok(rows)
}

/// What the page has to tell: how it went, what it is called, and what there is to it.
pub(super) type News = (Tone, String, Html);

/// The page after something was done, or was not.
pub(super) async fn shown(office: &Office, visit: &Visit, status: StatusCode, news: Option<News>) -> Result<Response, Problem> {
    let language = visit.guest.language;
    office.room.event(&visit.caller, office.system.actions.messages, Outcome::Read, Subject::None, "list").await?;
    let (form, asked) = asked(visit);
    let page_of = ListPage::cut(&form, &asked, rows(office, visit, &asked.part).await?);
    let word = |words: face::Words| words.of(language);
    let acts = [
        BulkAct { action: "/messages/people", text: word(words::PEOPLE), emphasis: Emphasis::Secondary },
        BulkAct { action: "/messages/retry", text: word(words::RETRY), emphasis: Emphasis::Primary },
        BulkAct { action: "/messages/drop", text: word(words::DROP), emphasis: Emphasis::Danger },
    ];
    let can = office.allows(&visit.caller, &office.system.actions.manage_messages) && page_of.rows.iter().any(|row| row.can_be_chosen);
    let bulk = can.then(|| Bulk { csrf: visit.session.csrf(), acts: &acts, reason: Some(word(words::REASON)) });
    let (body, path) = (office.list(visit, &form, &asked, page_of, bulk), form.here(&asked));
    let notice = news.map(|(tone, title, body)| banner(&Banner { language, tone, title: &title, body })).unwrap_or_default();
    Ok(office.framed(visit, status, |frame| {
        page(&Page { title: word(words::TITLE), lead: Some(word(words::LEAD)), path: &path, notice, body, ..frame })
    }))
}

fn row(office: &Office, language: Language, (outbox, message): (&Outbox, &StoredMessage)) -> ListRow {
    let (tone, state) = if message.dead { (Tone::Error, words::DEAD) } else { (Tone::Neutral, words::WAITING) };
    let refusal = message.last_error.as_deref().map_or_else(|| Cell::text("").shown("—".into()), |error| answer(language, error));
    let peer = message.peer.parse().map_or_else(|_| message.peer.clone(), |peer| party_word(language, &peer));
    let kind = office.message_word(language, &message.kind);
    let cells = vec![
        Cell::text(&kind),
        Cell::text(&peer),
        Cell::text(state.of(language)).shown(chip(tone, state.of(language))).ranked(i64::from(!message.dead)),
        Cell::number(i64::from(message.attempts)),
        refusal,
        Cell::instant(message.enqueued_at.as_millisecond()),
    ];
    let key = ChosenMessage { room: outbox.room().to_string(), key: message.key }.to_string();
    ListRow { key, can_be_chosen: message.may_be_dropped, name: format!("{kind} {}", message.key), cells }
}

/// What became of it, in words; as it is stored where we have none.
fn answer(language: Language, error: &str) -> Cell {
    answered(error).map_or_else(|| Cell::code(error), |words| Cell::text(words.of(language)))
}

/// Words of ours, or a status with the other party's word for programs behind it.
fn answered(error: &str) -> Option<face::Words> {
    crate::words::answer(error).or_else(|| crate::words::answer(error.split_once(' ')?.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_message_is_told_in_words_whether_a_party_answered_or_not() {
        for error in ["403 forbidden", "not taken yet", "not made", "not settled"] {
            assert!(answered(error).is_some(), "{error}");
        }
        assert!(answered("422 unheard-of").is_none());
    }
}
