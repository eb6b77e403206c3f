//! What surrounds every request: its id, its bounds, its line in the log, its count.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::{HeaderValue, StatusCode, header};
use line::{CURRENT_REQUEST, REQUEST_ID};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Instrument;
use vocabulary::{Entropy, Id128};

use super::guard::RequestId;
use super::metrics::Metrics;
use crate::problem::Problem;
use crate::server::Peer;
use crate::setting::Limits;

pub(super) struct Outer {
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) limits: Limits,
    pub(super) places: Arc<Semaphore>,
    pub(super) metrics: Metrics,
}

pub(super) async fn outer(State(outer): State<Arc<Outer>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let peer = request.extensions().get::<Peer>().map(|peer| peer.party.to_string());
    let id = outer.request_id(&request, peer.is_some());
    request.extensions_mut().insert(RequestId(id));
    let span = tracing::info_span!("request", %method, path, request = %id, peer = peer.as_deref().unwrap_or("-"));

    let response = CURRENT_REQUEST.scope(id, outer.bounded(request, next)).instrument(span.clone()).await;
    let mut response = Problem::complete(response, id);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Pages say it themselves; what is no page (a file, a refusal, an answer to a program) runs nothing and stands in no frame.
    response
        .headers_mut()
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));

    let took = started.elapsed();
    let status = response.status().as_u16();
    outer.metrics.count(&method, &path, status, took);
    span.in_scope(|| tracing::info!(status, ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX), "answered"));
    response
}

impl Outer {
    /// A party's own id is kept, so that one request can be followed through the ring; anybody else gets a new one.
    fn request_id(&self, request: &Request, from_party: bool) -> Id128 {
        let sent = request.headers().get(REQUEST_ID).filter(|_| from_party).and_then(|value| value.to_str().ok()?.parse().ok());
        sent.unwrap_or_else(|| self.entropy.id128())
    }

    async fn bounded(&self, request: Request, next: Next) -> Response {
        let Ok(_place) = Arc::clone(&self.places).try_acquire_owned() else {
            return Problem::unavailable("too many requests at once; try again").into_response();
        };
        let limit = Duration::from_secs(self.limits.request_seconds);
        match tokio::time::timeout(limit, AssertUnwindSafe(next.run(request)).catch_unwind()).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => {
                // what the panic said may hold a value: the hook of the binary decides about it, not this line
                tracing::error!("a handler panicked");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the request failed inside this system").into_response()
            }
            Err(_) => {
                Problem::unavailable("the request took too long; it may still be going on: send it again with the same key").into_response()
            }
        }
    }
}
