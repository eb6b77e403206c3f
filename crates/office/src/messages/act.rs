//! Sending the chosen again, and giving them up. Each is an act of its own in the record of use.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::Tone;
use vocabulary::Id128;
use wire::Problem;
use work::outbox::OutboxError;

use super::list::shown;
use super::words;
use crate::{Office, Sent, Visit};

/// Sends them again, under their own keys: what had its effect before has no second one.
pub(super) async fn retry(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let chosen: Vec<Id128> = fields.all("row").filter_map(|key| key.parse().ok()).collect();
    if chosen.is_empty() {
        return refused(&office, &visit, crate::words::NOTHING_CHOSEN).await;
    }
    let mut count = 0;
    for key in chosen {
        for outbox in office.outboxes.all().await {
            count += counted(outbox.retry(&visit.caller, key).await)?;
        }
    }
    let told = words::RETRIED.with(visit.guest.language, &[("count", &count)]);
    shown(&office, &visit, StatusCode::OK, Some((Tone::Success, told))).await
}

/// Gives them up, for a reason that the record of use keeps.
pub(super) async fn drop_messages(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let chosen: Vec<Id128> = fields.all("row").filter_map(|key| key.parse().ok()).collect();
    let reason = fields.get("reason").trim();
    if chosen.is_empty() {
        return refused(&office, &visit, crate::words::NOTHING_CHOSEN).await;
    }
    if reason.is_empty() || reason.len() > 200 {
        return refused(&office, &visit, words::NO_REASON).await;
    }
    let mut count = 0;
    for key in chosen {
        for outbox in office.outboxes.all().await {
            count += counted(outbox.drop_message(&visit.caller, key, reason).await)?;
        }
    }
    let told = words::DROPPED.with(visit.guest.language, &[("count", &count)]);
    shown(&office, &visit, StatusCode::OK, Some((Tone::Success, told))).await
}

/// One that somebody else has dealt with meanwhile, or that is another room's, does not count.
fn counted(outcome: Result<(), OutboxError>) -> Result<u64, OutboxError> {
    match outcome {
        Ok(()) => Ok(1),
        Err(OutboxError::Unknown | OutboxError::NotDead) => Ok(0),
        Err(error) => Err(error),
    }
}

async fn refused(office: &Office, visit: &Visit, why: face::Words) -> Result<Response, Problem> {
    let told = why.of(visit.guest.language).to_owned();
    shown(office, visit, StatusCode::UNPROCESSABLE_ENTITY, Some((Tone::Error, told))).await
}
