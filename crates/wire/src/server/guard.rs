//! What stands before every handler: who asks, may they, and with which key.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use access::{Caller, CallerKind, Policies, ResourceRef};
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use sha2::{Digest as _, Sha256};
use tokio::sync::OwnedSemaphorePermit;
use vocabulary::{Id128, Party};

use super::budgets::{Budgets, Taken, turn_off};
use super::extract::RequestCaller;
use super::known::KnownLately;
use super::rule::{Door, Rule, Sessions, Shown};
use crate::attempts::RefusedAttempts;
use crate::budget::Place;
use crate::faults::{Faults, OnPurpose};
use crate::idempotency::{Once, missing};
use crate::network::Network;
use crate::oauth::{self, Tokens};
use crate::problem::Problem;
use crate::server::Peer;
use crate::setting::Limits;
use line::IDEMPOTENCY_KEY;
use protocol::Digest;

/// Bytes of a body that is refused which are let come all the same.
const LINGER: u64 = 256 << 10;

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
    pub(super) refused: Option<RefusedAttempts>,
    pub(super) budgets: Budgets,
    pub(super) known: KnownLately,
    pub(super) faults: Faults,
}

/// The id under which the request is logged; put there by the outermost layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId(pub(crate) Id128);

pub(super) async fn guard(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.admit(request).await {
        Ok((request, _taken)) => guard.declared(guard.of.faults.around(&guard.path, request, next).await),
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

    /// The request with its caller, permitted and within its allowance, and what it holds until it is answered.
    async fn admit(&self, request: Request) -> Result<(Request, Taken), Response> {
        let (mut parts, body) = request.into_parts();
        let of_visitor = Network::of(&parts.extensions);
        // Before anything is looked up.
        let (caller, place) = match (self.rule.door, parts.extensions.get::<Peer>()) {
            (Door::Anyone, _) => {
                let place = self.of.budgets.visitor.enter(&of_visitor).map_err(turn_off)?;
                (Caller::visitor(request_of(&parts)), place)
            }
            (Door::Peer, None) => {
                let _place = self.of.budgets.visitor.enter(&of_visitor).map_err(turn_off)?;
                return Err(Problem::unauthenticated("show a certificate of the ring").into_response());
            }
            // A browser sends a certificate that it holds with whatever page asks it to; it always says so on what changes something.
            (Door::Peer, Some(_)) if ["sec-fetch-site", "origin"].iter().any(|name| parts.headers.contains_key(*name)) => {
                return Err(Problem::forbidden("this door is for programs, and a browser asks").into_response());
            }
            (Door::Peer, Some(peer)) => {
                let place = self.of.budgets.of_peer(peer).map_err(IntoResponse::into_response)?;
                self.token(peer, &parts.headers).await.map_err(IntoResponse::into_response)?;
                (Caller::peer(&peer.party, self.rule.purpose(), request_of(&parts)), place)
            }
            (Door::Session, _) => match self.session(&parts).await? {
                Ok(known) => known,
                Err(refused) => return Err(self.turned_away(parts, body, refused).await),
            },
        };
        let resource = ResourceRef { system: self.of.party.system(), municipality: self.of.party.municipality() };
        if !self.of.policies.allows(&caller, &self.rule.action, resource).is_allowed() {
            self.record_refusal(&caller).await;
            return Err(
                Problem::forbidden(format!("{} may not do this: no policy permits {}", caller.kind(), self.rule.action)).into_response()
            );
        }
        let (body, memory) = if matches!(self.method, Method::GET | Method::HEAD) {
            (Bytes::new(), None)
        } else {
            self.read(body, self.limit()).await.map_err(IntoResponse::into_response)?
        };
        if let Some(once) = self.once(&parts.headers, &parts.uri, &caller, &body).map_err(IntoResponse::into_response)? {
            parts.extensions.insert(once);
        }
        parts.extensions.insert(RequestCaller(caller));
        Ok((Request::from_parts(parts, Body::from(body)), Taken { _place: place, _memory: memory }))
    }

    /// Bytes that a body of this route may have.
    fn limit(&self) -> usize {
        let limits = self.of.limits;
        let of_door = if self.rule.door == Door::Peer { limits.body_bytes } else { limits.form_bytes };
        self.rule.most.unwrap_or(of_door).min(limits.body_bytes)
    }

    /// Who was refused stands in the record of use; of those who said nothing about themselves there is nothing to record.
    async fn record_refusal(&self, caller: &Caller) {
        tracing::warn!(caller = %caller.kind(), action = %self.rule.action, "refused by policy");
        let refused = self.of.refused.as_ref().filter(|_| caller.kind() != CallerKind::Visitor);
        if let Some(refused) = refused
            && let Err(error) = refused.record(caller, self.rule.action, "").await
        {
            tracing::error!(%error, "a refusal could not be recorded");
        }
    }

    /// Somebody whose session does not hold counts as a visitor; of a form that they sent, the system says what becomes of it.
    async fn turned_away(&self, mut parts: http::request::Parts, body: Body, refused: Response) -> Response {
        let _place = match self.of.budgets.visitor.enter(&Network::of(&parts.extensions)) {
            Ok(place) => place,
            Err(error) => return turn_off(error),
        };
        let is_form = self.method == Method::POST && refused.status() == StatusCode::SEE_OTHER;
        let Some(sessions) = self.of.sessions.as_ref().filter(|_| is_form) else { return refused };
        match self.read(body, self.limit().min(sessions.keeps())).await {
            Ok((sent, _memory)) => {
                parts.extensions.insert(RequestCaller(Caller::visitor(request_of(&parts))));
                sessions.turned_away(parts, sent, refused).await
            }
            Err(_) => refused,
        }
    }

    /// Who asks with a session, and their place in the allowance of their account, which they take before anything is read when the session was
    /// known lately; else there is first one in that of their address. Without a session that holds, the system's own refusal.
    async fn session(&self, parts: &http::request::Parts) -> Result<Result<(Caller, Place), Response>, Response> {
        let Keeper { sessions: Some(sessions), budgets, known, .. } = &*self.of else { return Ok(Err(super::unauthenticated())) };
        let session = sessions.named(&parts.headers).map(|name| Digest(Sha256::digest(name).into()));
        let owner = session.as_ref().and_then(|session| known.owner(session));
        let before = match &owner {
            Some(owner) => budgets.account.enter(owner).map_err(IntoResponse::into_response)?,
            None => budgets.unknown.enter(&Network::of(&parts.extensions)).map_err(turn_off)?,
        };
        let shown = Shown {
            parts: parts.clone(),
            bearer: bearer(&parts.headers).map(str::to_owned),
            peer: parts.extensions.get::<Peer>().cloned(),
            purpose: self.rule.purpose(),
            request: request_of(parts),
        };
        let caller = match sessions.enter(shown).await {
            Ok(caller) => caller,
            Err(refused) => {
                session.iter().for_each(|session| known.forget(session));
                return Ok(Err(refused));
            }
        };
        let is = (caller.kind(), caller.id().to_owned());
        if owner.as_ref() == Some(&is) {
            return Ok(Ok((caller, before)));
        }
        before.give_back();
        session.iter().for_each(|session| known.remember(session, is.clone()));
        let place = budgets.account.enter(&is).map_err(IntoResponse::into_response)?;
        Ok(Ok((caller, place)))
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

    /// A body of up to so many bytes, and what it takes of the memory for large ones.
    async fn read(&self, body: Body, most: usize) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Problem> {
        let limits = self.of.limits;
        let seconds = if self.rule.door == Door::Peer { limits.body_seconds } else { limits.form_seconds };
        let announced = body.size_hint();
        let bytes = announced.exact().and_then(|exact| usize::try_from(exact).ok()).unwrap_or(most);
        let memory = if announced.lower() > most as u64 { Err(Problem::too_large(most)) } else { self.of.budgets.memory_for(bytes) };
        let refused = match memory {
            Ok(memory) => return collect(body, most, seconds).await.map(|body| (body, memory)),
            Err(refused) => refused,
        };
        // Whoever still sends while the connection ends may lose the answer: a body that is not long is let come, and thrown away.
        if announced.upper().is_some_and(|bytes| bytes <= LINGER) {
            let mut body = body;
            let thrown_away = async { while let Some(Ok(_)) = body.frame().await {} };
            let _ = tokio::time::timeout(Duration::from_secs(seconds), thrown_away).await;
        }
        Err(refused)
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

/// A body of up to so many bytes that comes within so many seconds.
pub(crate) async fn collect(body: Body, most: usize, seconds: u64) -> Result<Bytes, Problem> {
    let read = Limited::new(body, most).collect();
    match tokio::time::timeout(Duration::from_secs(seconds), read).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::too_large(most)),
        Ok(Err(_)) => Err(Problem::bad_request("cut-off", "the body was cut off")),
        Err(_) => Err(Problem::slow_body()),
    }
}

/// The id under which a request is logged.
pub(crate) fn request_of(parts: &http::request::Parts) -> Id128 {
    parts.extensions.get::<RequestId>().map_or(Id128::from_bytes([0; 16]), |id| id.0)
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    // one way of sending a token in one request, and one token
    let value = values.next().filter(|_| values.next().is_none())?;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
