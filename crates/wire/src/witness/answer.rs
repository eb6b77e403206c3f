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
use vocabulary::Purpose;

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

/// A refusal in one word.
fn word(refusal: &WitnessError) -> &'static str {
    match refusal {
        WitnessError::Sizes => "sizes",
        WitnessError::UnknownLog => "unknown-log",
        WitnessError::Untrusted => "untrusted",
        WitnessError::Elsewhere(_) => "elsewhere",
        WitnessError::Unproven => "unproven",
        WitnessError::Ledger(_) => "unavailable",
    }
}

impl Answering {
    /// Who was refused stands in the record of use, counted; a log that took back what it signed is an alarm.
    async fn record(&self, refusal: &WitnessError, asked: &AddCheckpoint, parts: &Parts) {
        // An origin that is not known here can be anything.
        let log = if *refusal == WitnessError::UnknownLog { "" } else { asked.note.checkpoint().origin.as_str() };
        if *refusal == WitnessError::Unproven {
            tracing::error!(
                alarm = "forked",
                log,
                size = asked.note.checkpoint().size,
                "a log does not go on from what was cosigned of it"
            );
        }
        let Some((refused, peer)) = self.refused.as_ref().zip(parts.extensions.get::<Peer>()) else { return };
        let caller = Caller::peer(&peer.party, Purpose::Audit, request_of(parts));
        let why = if log.is_empty() { word(refusal).to_owned() } else { format!("{}: {log}", word(refusal)) };
        if let Err(error) = refused.record(&caller, COSIGN, &why).await {
            tracing::error!(%error, "a refusal could not be recorded");
        }
    }
}
