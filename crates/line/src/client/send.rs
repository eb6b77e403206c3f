//! One message and its answer, however many tries it takes.

use bytes::{Bytes, BytesMut};
use http::{Method, StatusCode, header};
use tokio::time::Instant;
use vocabulary::{Id128, Party};

use super::retry::Retry;
use super::{Client, WireError};
use crate::headers::{CURRENT_REQUEST, IDEMPOTENCY_KEY, NEEDS_NO_TOKEN, REQUEST_ID};
use crate::oauth;
use protocol::ProblemDocument;

/// The largest answer that is read; a party that sends more is broken.
const LARGEST: usize = 512 << 20;

pub(super) struct Asking<'a> {
    pub(super) method: Method,
    pub(super) path: &'a str,
    pub(super) key: Option<Id128>,
    pub(super) body: Option<Bytes>,
}

/// What one try came to.
enum Tried {
    Answered(Bytes),
    Failed(WireError),
    /// Worth another try.
    Passing(WireError),
    /// The token was not taken.
    Unauthenticated(WireError),
}

impl Client {
    pub(super) async fn send(&self, to: &Party, asking: &Asking<'_>) -> Result<Bytes, WireError> {
        let request = self.request.or_else(|| CURRENT_REQUEST.try_with(|id| *id).ok()).unwrap_or_else(|| self.inner.entropy.id128());
        let mut retry = Retry::for_up_to(self.patience);
        let (mut renewed, begun) = (false, Instant::now());
        loop {
            let tried = match self.token_for(to, asking.path, &retry).await {
                Ok(token) => self.once(to, asking, request, token.as_ref().map(|token| token.as_str()), &retry).await,
                Err(error) if error.is_passing() => Tried::Passing(error),
                Err(error) => Tried::Failed(error),
            };
            match tried {
                Tried::Answered(answer) => return Ok(answer),
                Tried::Failed(error) => return Err(error),
                // the provider may have forgotten the token: one new one, then its word stands
                Tried::Unauthenticated(error) => {
                    if renewed || !self.drop_token(to).await {
                        return Err(error);
                    }
                    renewed = true;
                }
                Tried::Passing(error) => {
                    let is_absent = error.is_away() && begun.elapsed() >= self.absence;
                    if self.tries_once || is_absent || !retry.again(self.inner.entropy.as_ref()).await {
                        return Err(error);
                    }
                    tracing::debug!(party = %to, request = %request, "tries again");
                }
            }
        }
    }

    /// The bearer token to send: the session's, or the party's own where the two systems use tokens.
    async fn token_for(&self, to: &Party, path: &str, retry: &Retry) -> Result<Option<zeroize::Zeroizing<String>>, WireError> {
        if let Some(bearer) = &self.bearer {
            return Ok(Some(bearer.as_ref().clone()));
        }
        match &self.inner.me {
            Some(me) if oauth::needed(me, to) && !NEEDS_NO_TOKEN.contains(&path) => self.inner.token(me, to, retry.left()).await.map(Some),
            _ => Ok(None),
        }
    }

    async fn drop_token(&self, to: &Party) -> bool {
        self.bearer.is_none() && self.inner.forget_token(to).await
    }

    async fn once(&self, to: &Party, asking: &Asking<'_>, request: Id128, token: Option<&str>, retry: &Retry) -> Tried {
        let Some(port) = self.inner.peers.port(to) else {
            return Tried::Failed(WireError::Nowhere { party: to.clone() });
        };
        let address = format!("https://{}:{port}{}", to.dns_name(), asking.path);
        let mut sending = self
            .inner
            .http
            .request(asking.method.clone(), address)
            .timeout(retry.left().min(super::ONE_TRY))
            .header(REQUEST_ID, request.to_string())
            .header(header::ACCEPT, "application/json, application/problem+json");
        if let Some(token) = token {
            sending = sending.bearer_auth(token);
        }
        if let Some(key) = asking.key {
            sending = sending.header(IDEMPOTENCY_KEY, key.to_string());
        }
        if let Some(body) = &asking.body {
            sending = sending.header(header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        match sending.send().await {
            Ok(response) => read(to, response).await,
            Err(error) => Tried::Passing(not_reached(to, &error)),
        }
    }
}

async fn read(to: &Party, mut response: reqwest::Response) -> Tried {
    let status = response.status();
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => body.extend_from_slice(&chunk),
            Ok(Some(_)) => return Tried::Failed(WireError::Unreadable { party: to.clone() }),
            Ok(None) => break,
            Err(error) => return Tried::Passing(not_reached(to, &error)),
        }
    }
    if status.is_success() {
        return Tried::Answered(body.freeze());
    }
    let problem = serde_json::from_slice(&body).unwrap_or_else(|_| ProblemDocument::new(status, "refused", "no reason given"));
    let refused = WireError::Refused { party: to.clone(), problem: Box::new(problem) };
    match status {
        StatusCode::UNAUTHORIZED => Tried::Unauthenticated(refused),
        _ if refused.is_passing() => Tried::Passing(refused),
        _ => Tried::Failed(refused),
    }
}

/// The address of the error is left out: a path can hold an id.
fn not_reached(to: &Party, error: &reqwest::Error) -> WireError {
    let mut detail = if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    }
    .to_owned();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.source().is_none() {
            detail = format!("{detail}: {error}");
        }
        cause = error.source();
    }
    WireError::NotReached { party: to.clone(), detail }
}
