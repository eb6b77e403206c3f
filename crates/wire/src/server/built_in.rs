//! What every server answers besides its own routes. These need no policy: they tell nothing about a person.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::request::Parts;
use http::{StatusCode, header};

use super::Mode;
use super::metrics::{Metrics, OPEN_METRICS};
use super::ready::Readings;
use crate::problem::Problem;
use crate::server::{Peer, RING};
use protocol::messages::{Keys, keys::KEYS};

pub(super) struct BuiltIn {
    pub(super) mode: Mode,
    pub(super) readings: Readings,
    pub(super) metrics: Metrics,
    pub(super) keys: Option<ShownKeys>,
    pub(super) openapi: String,
}

/// Another process of this party may have made a key, or ended one: the room is read again when somebody asks for the keys, and no more often
/// than so many milliseconds, however many ask. What this process changes is shown at once.
const READ_AGAIN_MS: i64 = 1_000;

/// The room whose keys are shown.
pub(super) struct ShownKeys {
    room: ledger::Room,
    /// When they were read last, in milliseconds since 1970; held while they are read.
    read: tokio::sync::Mutex<i64>,
}

impl ShownKeys {
    pub(super) fn of(room: ledger::Room) -> Self {
        Self { room, read: tokio::sync::Mutex::default() }
    }
}

pub(super) fn routes(built_in: BuiltIn) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route(KEYS, get(keys))
        .route("/openapi.json", get(openapi))
        .with_state(Arc::new(built_in))
}

/// What the door of the pages answers besides them: whether the system is well, and nothing of how.
pub(super) fn health(readings: Readings, metrics: Metrics) -> Router {
    let built_in = BuiltIn { mode: Mode::Public, readings, metrics, keys: None, openapi: String::new() };
    Router::new().route("/healthz", get(async || "ok")).route("/readyz", get(ready)).with_state(Arc::new(built_in))
}

/// Whether the caller may read how the system is doing: on the public side only with a certificate.
struct Insider(bool);

impl FromRequestParts<Arc<BuiltIn>> for Insider {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, built_in: &Arc<BuiltIn>) -> Result<Self, Problem> {
        Ok(Self(built_in.mode != Mode::Public || parts.extensions.get::<Peer>().is_some()))
    }
}

async fn ready(State(built_in): State<Arc<BuiltIn>>, Insider(inside): Insider) -> Response {
    let mut readiness = built_in.readings.read().await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    if !inside {
        readiness.checks.clear();
    }
    (status, Json(readiness)).into_response()
}

async fn metrics(State(built_in): State<Arc<BuiltIn>>, Insider(inside): Insider) -> Result<Response, Problem> {
    if !inside {
        return Err(Problem::unauthenticated("show a certificate"));
    }
    let text = built_in.metrics.text().await.ok_or_else(|| Problem::unavailable("no figures"))?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}

async fn keys(State(built_in): State<Arc<BuiltIn>>) -> Result<Json<Keys>, Problem> {
    let ShownKeys { room, read } = built_in.keys.as_ref().ok_or_else(|| Problem::not_found("this party has no keys"))?;
    let vault = room.vault();
    {
        let (mut read, now) = (read.lock().await, room.clock().now_ms());
        if now.saturating_sub(*read).abs() >= READ_AGAIN_MS {
            *read = now;
            // whoever asks is told what is known here
            if let Err(error) = vault.refresh().await {
                tracing::warn!(%error, "the keys could not be read again");
            }
        }
    }
    let (receiver, mut verifying) = (vault.receiver(RING).await?, vault.verifying_keys(RING).into_iter());
    let (present, ..) = verifying.next().ok_or_else(|| Problem::not_found("this party has no keys"))?;
    let keys = Keys::new(receiver.public().clone(), &present);
    Ok(Json(verifying.fold(keys, |keys, (former, from, until)| keys.before(&former, from, until))))
}

async fn openapi(State(built_in): State<Arc<BuiltIn>>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], built_in.openapi.clone()).into_response()
}
