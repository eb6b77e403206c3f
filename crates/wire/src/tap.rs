//! Hearing what goes over the lines of a service, for tests that look for what must not stand there. A service that nobody taps has no part
//! of this in its way.

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use vocabulary::Party;

/// A request and its answer, out of their TLS: first lines, headers and bodies.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Who served.
    pub party: Party,
    /// The route as it was declared; `(none)` where there is none.
    pub route: String,
    /// What came.
    pub asked: Vec<u8>,
    /// What went.
    pub answered: Vec<u8>,
}

/// Whom every request and answer is told to.
#[derive(Clone)]
pub struct Tap(Arc<dyn Fn(Heard) + Send + Sync>);

impl Tap {
    /// Tells this.
    pub fn new(hears: impl Fn(Heard) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hears))
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tap")
    }
}

/// The layer around everything else, so that the answer is heard as it leaves.
pub(crate) async fn hear(State((tap, party)): State<(Tap, Party)>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return StatusCode::BAD_REQUEST.into_response() };
    let asked = written(&format!("{} {}", parts.method, parts.uri), &parts.headers, &body);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let answered = written(parts.status.as_str(), &parts.headers, &body);
    (tap.0)(Heard { party, route, asked, answered });
    Response::from_parts(parts, Body::from(body))
}

fn written(first: &str, headers: &HeaderMap, body: &Bytes) -> Vec<u8> {
    let mut bytes = first.as_bytes().to_vec();
    for (name, value) in headers {
        bytes.extend([b"\n", name.as_str().as_bytes(), b": ", value.as_bytes()].concat());
    }
    bytes.extend_from_slice(b"\n\n");
    bytes.extend_from_slice(body);
    bytes
}
