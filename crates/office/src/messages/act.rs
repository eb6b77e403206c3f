//! Sending the chosen again, and giving them up. Each is an act of its own in the record of use.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Tone, description_list};
use face::{Html, Language};
use wire::Problem;
use work::outbox::OutboxError;

use super::chosen::chosen;
use super::list::shown;
use super::words;
use crate::{Office, Sent, Visit};

/// Messages whose people are shown at once.
const MOST_SHOWN: usize = 50;
/// People who are shown of one message.
const MOST_PEOPLE: usize = 100;

/// Shows whom the chosen concern: what is told stays unsaid.
pub(super) async fn people(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let chosen = chosen(&office, &fields).await;
    if chosen.is_empty() {
        return refused(&office, &visit, crate::words::NOTHING_CHOSEN.of(language)).await;
    }
    if chosen.len() > MOST_SHOWN {
        return refused(&office, &visit, &words::TOO_MANY.with(language, &[("most", &MOST_SHOWN)])).await;
    }
    let mut told = Vec::new();
    for (outbox, key) in chosen {
        match outbox.people_of(&visit.caller, key).await {
            Ok(people) => told.push((key.to_string(), named(language, &people))),
            Err(OutboxError::Unknown) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let list = description_list(told.iter().map(|(key, people)| (key.as_str(), Html::text(people))));
    shown(&office, &visit, StatusCode::OK, Some((Tone::Neutral, words::CONCERNED.of(language).to_owned(), list))).await
}

fn named(language: Language, people: &[String]) -> String {
    let (shown, more) = people.split_at(people.len().min(MOST_PEOPLE));
    let more = (!more.is_empty()).then(|| words::AND_MORE.with(language, &[("count", &more.len())]));
    let names: Vec<&str> = shown.iter().map(String::as_str).chain(more.as_deref()).collect();
    if names.is_empty() { words::NOBODY.of(language).to_owned() } else { names.join("、") }
}

/// Sends them again, under their own keys: what had its effect before has no second one.
pub(super) async fn retry(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let chosen = chosen(&office, &fields).await;
    if chosen.is_empty() {
        return refused(&office, &visit, crate::words::NOTHING_CHOSEN.of(visit.guest.language)).await;
    }
    let mut count = 0;
    for (outbox, key) in chosen {
        count += counted(outbox.retry(&visit.caller, key).await)?;
    }
    if count == 0 {
        return refused(&office, &visit, words::NONE_RETRIED.of(visit.guest.language)).await;
    }
    let told = words::RETRIED.with(visit.guest.language, &[("count", &count)]);
    shown(&office, &visit, StatusCode::OK, Some((Tone::Success, told, Html::empty()))).await
}

/// Gives them up, for a reason that the record of use keeps.
pub(super) async fn drop_messages(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let chosen = chosen(&office, &fields).await;
    if chosen.is_empty() {
        return refused(&office, &visit, crate::words::NOTHING_CHOSEN.of(visit.guest.language)).await;
    }
    let Some(reason) = vocabulary::text::read_reason(fields.get("reason")) else {
        return refused(&office, &visit, words::NO_REASON.of(visit.guest.language)).await;
    };
    let mut count = 0;
    for (outbox, key) in chosen {
        count += counted(outbox.drop_message(&visit.caller, key, reason).await)?;
    }
    let told = words::DROPPED.with(visit.guest.language, &[("count", &count)]);
    shown(&office, &visit, StatusCode::OK, Some((Tone::Success, told, Html::empty()))).await
}

/// One that somebody else has dealt with meanwhile does not count.
fn counted(outcome: Result<(), OutboxError>) -> Result<u64, OutboxError> {
    match outcome {
        Ok(()) => Ok(1),
        Err(OutboxError::Unknown | OutboxError::NotDead) => Ok(0),
        Err(error) => Err(error),
    }
}

async fn refused(office: &Office, visit: &Visit, why: &str) -> Result<Response, Problem> {
    shown(office, visit, StatusCode::UNPROCESSABLE_ENTITY, Some((Tone::Error, why.to_owned(), Html::empty()))).await
}
