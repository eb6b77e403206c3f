//! What a route asks of whoever calls it.

use access::{Action, Caller};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::future::BoxFuture;
use vocabulary::{Id128, Purpose};

use super::guard::bearer;
use crate::problem::Problem;
use crate::server::Peer;

/// What a route does, and how its caller is known.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub(crate) action: Action,
    pub(crate) door: Door,
    pub(crate) keyed: bool,
    /// Bytes of a body; what the setting says of the door where it is none.
    pub(crate) most: Option<usize>,
}

/// How a caller is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// By certificate, and by token where the two systems use tokens.
    Peer,
    /// By what the system's [`Sessions`] make of it.
    Session,
    /// Not at all.
    Anyone,
}

/// A route for the other systems: POST, PUT and DELETE must carry an `Idempotency-Key`.
pub const fn peer(action: Action) -> Rule {
    Rule { action, door: Door::Peer, keyed: true, most: None }
}

/// A route for people with a session (staff, residents) or a token of the system's own making; the service's [`Sessions`] know them.
pub const fn session(action: Action) -> Rule {
    Rule { action, door: Door::Session, keyed: false, most: None }
}

/// A route for anybody, such as a log-in form; its action must be one that a visitor is permitted.
pub const fn anyone(action: Action) -> Rule {
    Rule { action, door: Door::Anyone, keyed: false, most: None }
}

impl Rule {
    /// What the route does.
    pub const fn action(&self) -> Action {
        self.action
    }

    /// How its caller is known.
    pub const fn door(&self) -> Door {
        self.door
    }

    /// What it is for.
    pub const fn purpose(&self) -> Purpose {
        self.action.purpose()
    }

    /// For a POST that only reads, or that is harmless twice: no `Idempotency-Key` is asked.
    #[must_use]
    pub const fn unkeyed(self) -> Self {
        Self { keyed: false, ..self }
    }

    /// For a session's PUT or POST that must happen once.
    #[must_use]
    pub const fn keyed(self) -> Self {
        Self { keyed: true, ..self }
    }

    /// For a route whose form or message has more bytes than those of its door: 16 KiB without a certificate. It is read once the caller is known
    /// and permitted.
    #[must_use]
    pub const fn limit_body(self, bytes: usize) -> Self {
        Self { most: Some(bytes), ..self }
    }
}

/// What a request shows of its caller.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Method, path and headers; the body is not for this.
    pub parts: http::request::Parts,
    /// The bearer token.
    pub bearer: Option<String>,
    /// The verified certificate's party, when one was shown.
    pub peer: Option<Peer>,
    /// What the route is for.
    pub purpose: Purpose,
    /// The request.
    pub request: Id128,
}

impl Shown {
    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.parts.headers, name)
    }
}

/// The value of a cookie in the headers of a request.
pub fn cookie<'h>(headers: &'h http::HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}

/// How a system knows the people behind its sessions and tokens.
pub trait Sessions: Send + Sync {
    /// The caller, or the response that refuses (a problem document, or a page's way to the log-in form).
    fn enter(&self, shown: Shown) -> BoxFuture<'_, Result<Caller, Response>>;

    /// What of a request names its session, as it was sent. Requests that bear a name which was known lately are counted for its account before
    /// `enter` looks for it; others for their address, until it is known.
    fn named<'h>(&self, headers: &'h http::HeaderMap) -> Option<&'h str> {
        bearer(headers)
    }

    /// Bytes of a form that `turned_away` looks at; a longer one is not read.
    fn keeps(&self) -> usize {
        0
    }

    /// The response to somebody whom `enter` refused a form: what they sent need not be lost. The refusal itself, unless the system does better.
    fn turned_away(&self, asked: http::request::Parts, sent: Bytes, refused: Response) -> BoxFuture<'_, Response> {
        let _ = (asked, sent);
        Box::pin(async move { refused })
    }

    /// How a refusal is told to a person who asked for a page; a problem document, unless the system says it better.
    fn told(&self, asked: &http::request::Parts, refusal: Problem) -> Response {
        let _ = asked;
        refusal.into_response()
    }
}

/// The refusal that most [`Sessions`] need.
pub fn unauthenticated() -> Response {
    Problem::unauthenticated("log in first: no valid session or token came with the request").into_response()
}
