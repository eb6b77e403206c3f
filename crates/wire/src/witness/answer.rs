//! A party as a witness of others: `add-checkpoint`, and the latest checkpoint of each log (C2SP tlog-witness).

use std::sync::Arc;

use access::Caller;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{StatusCode, header};
use ledger::{Act, AddCheckpoint, NoteError, Witness, WitnessError};
use store::RoomName;
use vocabulary::{Party, Purpose};

use super::PREFIX;
use crate::attempts::RefusedAttempts;
use crate::problem::Problem;
use crate::server::{Peer, collect, request_of};
use crate::setting::Limits;

/// Under which it is recorded that a checkpoint was not cosigned.
const COSIGN: Act = Act::new("ledger:checkpoint.cosign");

const SIZE: &str = "text/x.tlog.size";
const TEXT: &str = "text/plain; charset=utf-8";

struct Answering {
    witness: Witness,
    refused: Option<RefusedAttempts>,
    limits: Limits,
}

/// The two routes, for whoever comes with a checkpoint that a known log signed.
pub(crate) fn routes(witness: Witness, refused: Option<RefusedAttempts>, limits: Limits) -> Router {
    let answering = Arc::new(Answering { witness, refused, limits });
    Router::new()
        .route(&format!("{PREFIX}/add-checkpoint"), post(add))
        .route(&format!("{PREFIX}/{{origin}}/checkpoint"), get(latest))
        .with_state(answering)
}

async fn add(State(answering): State<Arc<Answering>>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = collect(body, answering.limits.form_bytes, answering.limits.form_seconds).await?;
    let text = std::str::from_utf8(&body).map_err(|_| Problem::bad_request("checkpoint", "the body is no text"))?;
    let asked: AddCheckpoint = text.parse().map_err(|error: NoteError| Problem::bad_request("checkpoint", error.to_string()))?;
    match answering.witness.add(&asked).await {
        Ok(line) => Ok(([(header::CONTENT_TYPE, TEXT)], line).into_response()),
        // It is how a log asks where it was, and no refusal.
        Err(WitnessError::Elsewhere(size)) => {
            Ok((StatusCode::CONFLICT, [(header::CONTENT_TYPE, SIZE)], format!("{size}\n")).into_response())
        }
        Err(WitnessError::Ledger(error)) => Err(error.into()),
        Err(refusal) => {
            answering.record(&refusal, &asked, &parts).await;
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
            Err(Problem::new(status, word(&refusal), refusal.to_string()))
        }
    }
}

async fn latest(State(answering): State<Arc<Answering>>, Path(origin): Path<String>) -> Result<Response, Problem> {
    match answering.witness.latest(&origin).await? {
        Some(note) => Ok(([(header::CONTENT_TYPE, TEXT)], note.text().to_owned()).into_response()),
        None => Err(Problem::not_found("no checkpoint of that log was cosigned here")),
    }
}

/// Whether a refusal says that a log took back what it signed: that is shown, or its own party says it. Anybody can bring its checkpoint with a wrong
/// proof.
fn is_alarming(refusal: &WitnessError, log: &str, peer: Option<&Party>) -> bool {
    let origin_of = |party: &Party| ledger::origin(&RoomName::of_system(party.system(), party.municipality()));
    match refusal {
        WitnessError::Forked => true,
        WitnessError::Unproven => peer.is_some_and(|party| origin_of(party) == log),
        _ => false,
    }
}

/// A refusal in one word.
fn word(refusal: &WitnessError) -> &'static str {
    match refusal {
        WitnessError::Sizes => "sizes",
        WitnessError::UnknownLog => "unknown-log",
        WitnessError::Untrusted => "untrusted",
        WitnessError::Elsewhere(_) => "elsewhere",
        WitnessError::Unproven => "unproven",
        WitnessError::Forked => "forked",
        WitnessError::Ledger(_) => "unavailable",
    }
}

impl Answering {
    /// Who was refused stands in the record of use, counted, where they said who they are.
    async fn record(&self, refusal: &WitnessError, asked: &AddCheckpoint, parts: &Parts) {
        // An origin that is not known here can be anything.
        let log = if *refusal == WitnessError::UnknownLog { "" } else { asked.note.checkpoint().origin.as_str() };
        let peer = parts.extensions.get::<Peer>().map(|peer| &peer.party);
        if is_alarming(refusal, log, peer) {
            tracing::error!(
                alarm = "forked",
                log,
                size = asked.note.checkpoint().size,
                "a log does not go on from what was cosigned of it"
            );
        }
        let Some((refused, party)) = self.refused.as_ref().zip(peer) else { return };
        let caller = Caller::peer(party, Purpose::Audit, request_of(parts));
        let why = if log.is_empty() { word(refusal).to_owned() } else { format!("{}: {log}", word(refusal)) };
        if let Err(error) = refused.record(&caller, COSIGN, &why).await {
            tracing::error!(%error, "a refusal could not be recorded");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_04_nobody_raises_an_alarm_of_another_log_with_a_wrong_proof() {
        let log = "kenshin/atena_991015";
        let (own, other): (Party, Party) = ("atena.991015".parse().unwrap(), "registry.991015".parse().unwrap());
        for (refusal, peer, is_alarm) in [
            (WitnessError::Forked, None, true),
            (WitnessError::Unproven, Some(&own), true),
            (WitnessError::Unproven, Some(&other), false),
            (WitnessError::Unproven, None, false),
            (WitnessError::Untrusted, Some(&own), false),
        ] {
            assert_eq!(is_alarming(&refusal, log, peer), is_alarm, "{refusal} {peer:?}");
        }
    }
}
