//! What stands before every handler: who asks, may they, and with which key.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::{Caller, CallerKind, Policies, ResourceRef};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use ledger::{Outcome, Subject};
use sha2::{Digest as _, Sha256};
use vocabulary::{Id128, Party};

use super::extract::{Asked, Permits};
use super::rule::{Door, Rule, Sessions, Shown};
use crate::faults::{Faults, OnPurpose};
use crate::idempotency::{Once, missing};
use crate::oauth::{self, Tokens};
use crate::problem::Problem;
use crate::server::Peer;
use crate::setting::Limits;
use line::IDEMPOTENCY_KEY;
use protocol::Digest;

/// One route's guard.
pub(super) struct Guard {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) rule: Rule,
    /// The statuses with which it may refuse; none said of a page.
    pub(super) refusals: Option<BTreeSet<u16>>,
    pub(super) of: Arc<Keeper>,
}

/// What the guards of a service share.
pub(super) struct Keeper {
    pub(super) party: Party,
    pub(super) policies: Policies,
    pub(super) limits: Limits,
    pub(super) tokens: Option<Tokens>,
    pub(super) sessions: Option<Arc<dyn Sessions>>,
    pub(super) room: Option<ledger::Room>,
    pub(super) faults: Faults,
}

/// The id under which the request is logged; put there by the outermost layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId(pub(crate) Id128);

pub(super) async fn guard(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.admit(request).await {
        Ok(request) => guard.declared(guard.of.faults.around(&guard.path, request, next).await),
        Err(refusal) => refusal,
    }
}

impl Guard {
    /// In development and tests, a refusal whose status OpenAPI does not say is a failure.
    fn declared(&self, response: Response) -> Response {
        let status = response.status();
        let said = self.refusals.as_ref().is_none_or(|refusals| refusals.contains(&status.as_u16()));
        let refused = status.is_client_error() || status.is_server_error();
        if said || !refused || !cfg!(debug_assertions) || response.extensions().get::<OnPurpose>().is_some() {
            return response;
        }
        tracing::error!(path = self.path, %status, "a refusal that the route does not declare: name its error with Routes::refusing");
        let detail = format!("{} {} refuses with {status}, which it does not declare", self.method, self.path);
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "undeclared", detail).into_response()
    }

    async fn admit(&self, request: Request) -> Result<Request, Response> {
        let (mut parts, body) = request.into_parts();
        let caller = match self.caller(&parts).await {
            Ok(caller) => caller,
            Err(refused) => return Err(self.turned_away(parts, body, refused).await),
        };
        let resource = ResourceRef { system: self.of.party.system(), municipality: self.of.party.municipality() };
        if !self.of.policies.allows(&caller, &self.rule.action, resource).is_allowed() {
            self.record_refusal(&caller).await;
            return Err(
                Problem::forbidden(format!("{} may not do this: no policy permits {}", caller.kind(), self.rule.action)).into_response()
            );
        }
        let body = if matches!(self.method, Method::GET | Method::HEAD) {
            Bytes::new()
        } else {
            self.read(body).await.map_err(IntoResponse::into_response)?
        };
        if let Some(once) = self.once(&parts.headers, &parts.uri, &caller, &body).map_err(IntoResponse::into_response)? {
            parts.extensions.insert(once);
        }
        parts.extensions.insert(Permits(Arc::clone(&self.of)));
        parts.extensions.insert(Asked(caller));
        Ok(Request::from_parts(parts, Body::from(body)))
    }

    /// Who was refused stands in the record of use; of those who said nothing about themselves there is nothing to record.
    async fn record_refusal(&self, caller: &Caller) {
        tracing::warn!(caller = %caller.kind(), action = %self.rule.action, "refused by policy");
        let room = self.of.room.as_ref().filter(|_| caller.kind() != CallerKind::Visitor);
        if let Some(room) = room
            && let Err(error) = room.event(caller, self.rule.action, Outcome::Refused, Subject::None, "").await
        {
            tracing::error!(%error, "a refusal could not be recorded");
        }
    }

    /// A form of somebody whose session does not hold: the system says what becomes of it.
    async fn turned_away(&self, mut parts: http::request::Parts, body: Body, refused: Response) -> Response {
        let is_form = self.rule.door == Door::Session && self.method == Method::POST && refused.status() == StatusCode::SEE_OTHER;
        let Some(sessions) = self.of.sessions.as_ref().filter(|_| is_form) else { return refused };
        match self.read(body).await {
            Ok(sent) => {
                let request = parts.extensions.get::<RequestId>().map_or(Id128::from_bytes([0; 16]), |id| id.0);
                parts.extensions.insert(Asked(Caller::visitor(request)));
                sessions.turned_away(parts, sent, refused).await
            }
            Err(_) => refused,
        }
    }

    async fn caller(&self, parts: &http::request::Parts) -> Result<Caller, Response> {
        let request = parts.extensions.get::<RequestId>().map(|id| id.0).unwrap_or(Id128::from_bytes([0; 16]));
        let peer = parts.extensions.get::<Peer>();
        match self.rule.door {
            Door::Anyone => Ok(Caller::visitor(request)),
            Door::Peer => {
                let peer = peer.ok_or_else(|| Problem::unauthenticated("show a certificate of the ring").into_response())?;
                self.token(peer, &parts.headers).await.map_err(IntoResponse::into_response)?;
                Ok(Caller::peer(&peer.party, self.rule.purpose(), request))
            }
            Door::Session => {
                let Some(sessions) = &self.of.sessions else {
                    return Err(super::unauthenticated());
                };
                let shown = Shown {
                    parts: parts.clone(),
                    bearer: bearer(&parts.headers).map(str::to_owned),
                    peer: peer.cloned(),
                    purpose: self.rule.purpose(),
                    request,
                };
                sessions.enter(shown).await
            }
        }
    }

    /// Between systems that use tokens the certificate alone is not enough (common-functions standard §2.2.6).
    async fn token(&self, peer: &Peer, headers: &HeaderMap) -> Result<(), Problem> {
        if !line::oauth::needed(&peer.party, &self.of.party) {
            return Ok(());
        }
        let tokens = self.of.tokens.as_ref().ok_or_else(|| Problem::unavailable("this party issues no tokens yet"))?;
        let token = bearer(headers).ok_or_else(|| Problem::unauthenticated("send a bearer token of this provider"))?;
        tokens.admit(token, peer, &oauth::scope(&self.of.party, &self.method, &self.path)).await
    }

    async fn read(&self, body: Body) -> Result<Bytes, Problem> {
        let limits = self.of.limits;
        let read = Limited::new(body, limits.body_bytes).collect();
        match tokio::time::timeout(std::time::Duration::from_secs(limits.body_seconds), read).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                let detail = format!("a body may have {} bytes; send the rows in portions", limits.body_bytes);
                Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail))
            }
            Ok(Err(_)) => Err(Problem::bad_request("cut-off", "the body was cut off")),
            Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "slow-body", "the body did not come in time")),
        }
    }

    fn once(&self, headers: &HeaderMap, uri: &http::Uri, caller: &Caller, body: &Bytes) -> Result<Option<Once>, Problem> {
        if matches!(self.method, Method::GET | Method::HEAD) {
            return Ok(None);
        }
        let Some(key) = headers.get(IDEMPOTENCY_KEY) else {
            return if self.rule.keyed { Err(missing()) } else { Ok(None) };
        };
        let mut hash = Sha256::new();
        for part in [self.method.as_str().as_bytes(), uri.path().as_bytes(), uri.query().unwrap_or_default().as_bytes()] {
            hash.update(part);
            hash.update([0]);
        }
        hash.update(body);
        let caller = format!("{} {}", caller.kind(), caller.id());
        let vault = self.of.room.as_ref().map(ledger::Room::vault);
        let once = key.to_str().ok().and_then(|key| Once::of_request(&caller, key, Digest(hash.finalize().into()), vault));
        once.map(Some).ok_or_else(missing)
    }
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    // one way of sending a token in one request, and one token
    let value = values.next().filter(|_| values.next().is_none())?;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
