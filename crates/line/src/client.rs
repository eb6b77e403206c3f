//! Asking another party: mutual TLS under its name, a token where one is needed, the same key through every retry.
//!
//! A [`Client`] holds its connections alive and is cheap to clone. It reaches a party by its name wherever [`Peers`] says it is, and takes
//! an answer only from a certificate of that name.

mod error;
mod jobs;
mod keys;
mod peers;
mod retry;
mod send;
mod text;
mod token;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use vocabulary::{Clock, Entropy, Id128, Party};
use zeroize::Zeroizing;

pub use self::error::WireError;
pub use self::peers::Peers;
pub use self::text::{NoAnswer, TextAnswer, TextServer};
use self::token::Cached;
use crate::pki::{Identity, PkiError};
use crate::tls;

/// How long one goes on trying unless told otherwise.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long one try may take; a batch of the largest size takes a fraction.
const ONE_TRY: Duration = Duration::from_secs(120);

/// How long an idle connection is kept: less than servers of ours keep it, so that none is used in the moment it ends.
const IDLE: Duration = Duration::from_secs(20);

/// To the other parties of the ring.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    request: Option<Id128>,
    bearer: Option<Arc<Zeroizing<String>>>,
    patience: Duration,
    /// How long a party that is not reached is tried for, where that is less than the patience.
    absence: Duration,
    tries_once: bool,
}

struct Inner {
    http: reqwest::Client,
    /// `None` for a phone, which shows no certificate.
    me: Option<Party>,
    peers: Peers,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Folder with `<me>@<provider>` files.
    secrets: std::sync::RwLock<Option<PathBuf>>,
    tokens: Mutex<HashMap<Party, Arc<Mutex<Option<Cached>>>>>,
    keys: std::sync::Mutex<HashMap<Party, keys::KeyCache>>,
}

impl Client {
    /// A client that proves itself with an identity.
    pub fn new(identity: &Identity, peers: Peers, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, PkiError> {
        Self::build(identity.authority_pem(), Some(identity), peers, clock, entropy)
    }

    /// A client that shows no certificate and checks the other end by an authority (PEM), as a phone does.
    pub fn anonymous(authority: &str, peers: Peers, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, PkiError> {
        Self::build(authority, None, peers, clock, entropy)
    }

    fn build(
        authority: &str,
        identity: Option<&Identity>,
        peers: Peers,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, PkiError> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client(authority, identity, &clock)?)
            .https_only(true)
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(ONE_TRY)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .dns_resolver(Arc::new(peers.clone()))
            .build()
            .map_err(|_| PkiError::Malformed { path: "client".into(), expected: "a certificate that TLS takes" })?;
        let inner = Inner {
            http,
            me: identity.map(|identity| identity.party().clone()),
            peers,
            clock,
            entropy,
            secrets: std::sync::RwLock::default(),
            tokens: Mutex::default(),
            keys: std::sync::Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner), request: None, bearer: None, patience: PATIENCE, absence: Duration::MAX, tries_once: false })
    }

    /// Where the secrets lie that providers gave this party; see [`crate::oauth`].
    pub fn use_secrets(&self, folder: PathBuf) {
        *self.inner.secrets.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(folder);
    }

    /// Where the parties are.
    pub fn peers(&self) -> &Peers {
        &self.inner.peers
    }

    /// The same client with this bearer token (a person's session, a visit) instead of the party's own.
    #[must_use]
    pub fn with_bearer(&self, token: &str) -> Self {
        Self { bearer: Some(Arc::new(Zeroizing::new(token.to_owned()))), ..self.clone() }
    }

    /// The same client sending this request id on; without, it is that of the request being served.
    #[must_use]
    pub fn in_request(&self, request: Id128) -> Self {
        Self { request: Some(request), ..self.clone() }
    }

    /// The same client that gives up after this time.
    #[must_use]
    pub fn within(&self, patience: Duration) -> Self {
        Self { patience, ..self.clone() }
    }

    /// The same client that gives up sooner where the party is not reached at all: for work that is tried again later, and tells meanwhile who is
    /// away.
    #[must_use]
    pub fn absent_after(&self, absence: Duration) -> Self {
        Self { absence, ..self.clone() }
    }

    /// The same client that tries once, for up to this time; for a caller that has its own rule of when to try again.
    #[must_use]
    pub fn once_within(&self, patience: Duration) -> Self {
        Self { patience, tries_once: true, ..self.clone() }
    }

    /// [`Client::post`] of a body that is written already, with the answer as it came.
    pub async fn post_written(&self, to: &Party, path: &str, key: Id128, body: Bytes) -> Result<Bytes, WireError> {
        self.send(to, &send::Asking { method: Method::POST, path, key: Some(key), body: Some(body) }).await
    }

    /// Has an effect at another party, once per key: sent again until it is answered, and safely again by the caller after a crash.
    pub async fn post<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        to: &Party,
        path: &str,
        key: Id128,
        body: &B,
    ) -> Result<T, WireError> {
        self.exchange(to, Method::POST, path, Some(key), Some(written(to, body)?)).await
    }

    /// [`Client::post`] with PUT.
    pub async fn put<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        to: &Party,
        path: &str,
        key: Id128,
        body: &B,
    ) -> Result<T, WireError> {
        self.exchange(to, Method::PUT, path, Some(key), Some(written(to, body)?)).await
    }

    /// A POST that only reads: it carries no key.
    pub async fn ask<B: Serialize + ?Sized, T: DeserializeOwned>(&self, to: &Party, path: &str, body: &B) -> Result<T, WireError> {
        self.exchange(to, Method::POST, path, None, Some(written(to, body)?)).await
    }

    /// Reads from another party; the query belongs to the path.
    pub async fn get<T: DeserializeOwned>(&self, to: &Party, path: &str) -> Result<T, WireError> {
        self.exchange(to, Method::GET, path, None, None).await
    }

    async fn exchange<T: DeserializeOwned>(
        &self,
        to: &Party,
        method: Method,
        path: &str,
        key: Option<Id128>,
        body: Option<Bytes>,
    ) -> Result<T, WireError> {
        let answer = self.send(to, &send::Asking { method, path, key, body }).await?;
        serde_json::from_slice(&answer).map_err(|_| WireError::Unreadable { party: to.clone() })
    }
}

fn written<B: Serialize + ?Sized>(to: &Party, body: &B) -> Result<Bytes, WireError> {
    serde_json::to_vec(body).map(Bytes::from).map_err(|_| WireError::Unwritable { party: to.clone() })
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inner.me {
            Some(me) => write!(f, "Client({me})"),
            None => f.write_str("Client(anonymous)"),
        }
    }
}
