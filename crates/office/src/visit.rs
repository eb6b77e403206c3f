//! Who is at the other end of a request for a page: a guest with a language, or a member of staff with a session; and how they are answered.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use access::{Caller, Resumed, Session, Terminal};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use face::{Keep, Language};
use wire::{Network, Peer, Problem, RequestCaller, cookie};

use crate::{Office, OfficeError, path};

const LANGUAGE_COOKIE: &str = "__Host-lang";
/// The same on a line without TLS, where a browser keeps no cookie of a host.
const PLAIN_COOKIE: &str = "lang";

/// Somebody who reads pages that have no session: their language, and the query.
#[derive(Debug)]
pub struct Reader {
    /// The language of the page.
    pub language: Language,
    /// The pairs of the query.
    pub query: HashMap<String, String>,
    is_chosen: bool,
}

impl Reader {
    /// A page with its headers, over a line without TLS; a language that was asked for is kept in a cookie.
    pub fn answer(&self, status: StatusCode, page: String) -> Response {
        let mut response = page_of(status, page);
        if self.is_chosen {
            set_cookie(
                &mut response,
                &format!("{PLAIN_COOKIE}={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", self.language.code()),
            );
        }
        response
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = query(&parts.uri);
        let (language, is_chosen) = language(&parts.headers, &query);
        Ok(Reader { language, query, is_chosen })
    }
}

/// Somebody with a browser.
#[derive(Debug)]
pub struct Guest {
    /// The language of the page.
    pub language: Language,
    /// Who asks, as the guard knows them.
    pub caller: Caller,
    /// The pairs of the query.
    pub query: HashMap<String, String>,
    /// Path and query as they were asked for, without `lang`.
    pub here: String,
    is_chosen: bool,
    token: Option<Secret>,
    agent: String,
    terminal: Option<String>,
    /// Where from.
    pub(crate) network: Network,
}

/// Hidden in debug output.
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A member of staff with an open session; cheap to clone.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Their browser.
    pub guest: Arc<Guest>,
    /// Their session.
    pub session: Session,
    /// Who asks, for the purpose of the page.
    pub caller: Caller,
}

impl Guest {
    /// The token of the session that the browser names.
    pub(crate) fn token(&self) -> &str {
        self.token.as_ref().map_or("", |token| &token.0)
    }

    /// The machine it is asked from.
    pub(crate) fn terminal(&self) -> Terminal<'_> {
        Terminal { agent: &self.agent, id: self.terminal.as_deref() }
    }

    /// What the browser's session stands for.
    pub(crate) async fn resumed(&self, office: &Office) -> Result<Resumed, OfficeError> {
        Ok(office.accounts.resume(self.token(), &self.terminal()).await?)
    }

    /// Where to go on to: what `next` said, if it is a page of ours.
    pub(crate) fn next(&self) -> Option<&str> {
        self.query.get("next").map(String::as_str).filter(|next| is_ours(next))
    }
}

/// Whether an address is a path here, and of no other host however a browser reads it.
pub(crate) fn is_ours(next: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'?' | b'=' | b'&' | b'-' | b'_' | b'.');
    next.starts_with('/') && !next.starts_with("//") && next.len() <= 200 && next.bytes().all(plain)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The browser's name for itself and, where it shows a certificate, the terminal's.
pub(crate) fn terminal(headers: &HeaderMap, peer: Option<&Peer>) -> (String, Option<String>) {
    (text(headers, header::USER_AGENT).unwrap_or_default().to_owned(), peer.map(|peer| peer.party.to_string()))
}

/// The pairs of a query.
pub(crate) fn query(uri: &Uri) -> HashMap<String, String> {
    axum::extract::Query::try_from_uri(uri).map(|query| query.0).unwrap_or_default()
}

/// The language of a request, and whether it asked for one.
pub(crate) fn language(headers: &HeaderMap, query: &HashMap<String, String>) -> (Language, bool) {
    let asked = query.get("lang").map(String::as_str);
    let kept = cookie(headers, LANGUAGE_COOKIE).or_else(|| cookie(headers, PLAIN_COOKIE));
    (Language::choose(asked, kept, text(headers, header::ACCEPT_LANGUAGE)), asked.is_some())
}

/// Path and query without `lang`: what the switch of languages leads back to.
pub(crate) fn here(uri: &Uri) -> String {
    let kept: Vec<&str> =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
    if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), kept.join("&")) }
}

impl<S: Send + Sync> FromRequestParts<S> for Guest
where
    Office: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let RequestCaller(caller) = RequestCaller::from_request_parts(parts, state).await?;
        let office = Office::from_ref(state);
        let query = query(&parts.uri);
        let (language, is_chosen) = language(&parts.headers, &query);
        let (agent, terminal) = terminal(&parts.headers, parts.extensions.get::<Peer>());
        let token = cookie(&parts.headers, &office.cookie).map(|token| Secret(token.to_owned()));
        Ok(Guest {
            language,
            caller,
            query,
            here: here(&parts.uri),
            is_chosen,
            token,
            agent,
            terminal,
            network: Network::of(&parts.extensions),
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit
where
    Office: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let guest = Guest::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        // The guard has let the session in; it is read again because it may have ended since.
        match guest.resumed(&Office::from_ref(state)).await.map_err(|error| Problem::from(error).into_response())? {
            Resumed::Open(session) if session.account() == guest.caller.id() => {
                let caller = guest.caller.clone();
                Ok(Visit { guest: Arc::new(guest), session, caller })
            }
            Resumed::Open(_) | Resumed::Idle(_) | Resumed::Gone => Err(see_other(path::LOG_IN)),
        }
    }
}

/// A page with its headers; a language that was asked for is kept in a cookie.
pub(crate) fn html(guest: &Guest, status: StatusCode, page: String) -> Response {
    let mut response = page_of(status, page);
    if guest.is_chosen {
        set_cookie(
            &mut response,
            &format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax", guest.language.code()),
        );
    }
    response
}

/// A page with its headers.
pub(crate) fn page_of(status: StatusCode, page: String) -> Response {
    with_headers((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response(), Keep::Nothing)
}

/// The way to another page. Paths of ours are always good header values.
pub fn see_other(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static(path::HOME));
    with_headers((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(), Keep::Nothing)
}

pub(crate) fn with_headers(mut response: Response, keep: Keep) -> Response {
    for (name, value) in face::headers(keep) {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

pub(crate) fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_20_a_log_in_leads_on_to_a_page_of_ours_and_nowhere_else() {
        for ours in ["/", "/residents", "/residents/17?for=follow-up"] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in ["", "residents", "//example.com", "/\\example.com", "https://example.com", "/a\r\nset-cookie: x", "/a:b", "/%2f"] {
            assert!(!is_ours(other), "{other:?}");
        }
    }

    #[test]
    fn the_switch_of_languages_leads_back_to_the_same_page() {
        let back = |uri: &'static str| here(&Uri::from_static(uri));
        assert_eq!(back("/residents/1?lang=en"), "/residents/1");
        assert_eq!(back("/residents/1?for=audit&lang=en"), "/residents/1?for=audit");
    }
}
