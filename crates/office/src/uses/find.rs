//! Entries about one person, or of one account. The search is recorded under what it is about.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::Html;
use face::components::section;
use ledger::{About, ActorKind};
use wire::Problem;

use super::list::{Search, failed, listed, shown};
use super::words;
use crate::{Office, Sent};

const MOST: usize = 200;

/// The form as it was sent.
pub(super) async fn find(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let [person, account] = ["person", "account"].map(|name| fields.get(name).trim());
    let about = match (person, account) {
        (person, "") if !person.is_empty() => match office.system.also_named {
            Some(also) => About::PersonAlso(person, also),
            None => About::Person(person),
        },
        ("", account) if !account.is_empty() => About::Actor(ActorKind::Staff, account),
        _ => {
            let asked = Search { account: account.to_owned(), error: Some(words::ONE_OF_BOTH.of(language)) };
            return Ok(shown(&office, &visit, StatusCode::UNPROCESSABLE_ENTITY, &asked, Html::empty()));
        }
    };
    let now = office.clock.now_ms();
    let found = ledger::find(&office.room, &visit.caller, about, 0..now.saturating_add(1), MOST).await.map_err(failed)?;
    let caption = words::FOUND.with(language, &[("most", &MOST)]);
    let asked = Search { account: account.to_owned(), error: None };
    Ok(shown(&office, &visit, StatusCode::OK, &asked, section(&caption, [listed(&office, language, &caption, &found)])))
}
