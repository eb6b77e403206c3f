//! Forms as they come in. One that was not sent from a page of ours, or without the session's word, is refused before anything reads it.

use std::fmt;
use std::str::FromStr;

use axum::Form;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use wire::Problem;

use crate::kept::of_other_log_in;
use crate::{Guest, Office, Visit, path};

/// The field of a form that was kept and is sent again.
pub(crate) const RESUMED: &str = "resumed";

/// What was filled in, by name. Its values are a person's: its debug output has none of them.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// What stands in a field; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Everything under a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// The rows of a list that were chosen, by their keys.
    pub fn rows<K: FromStr>(&self) -> Vec<K> {
        self.all("row").filter_map(|key| key.parse().ok()).collect()
    }

    /// Whether it was kept while its session was locked or had ended, and is sent again: a form that would do something at once is shown first.
    pub fn is_resumed(&self) -> bool {
        !self.get(RESUMED).is_empty()
    }

    /// Every name and value, as they were sent.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same, moved out: a password is copied nowhere.
    pub fn take(&mut self, name: &str) -> String {
        self.0.iter_mut().find(|(of, _)| of == name).map(|(_, value)| std::mem::take(value)).unwrap_or_default()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({})", self.0.len())
    }
}

/// A form of a session.
#[derive(Debug)]
pub struct Sent {
    /// Whose.
    pub visit: Visit,
    /// What was filled in.
    pub fields: Fields,
}

/// A form of somebody without a session, or of one who is about to leave it.
pub(crate) struct SentByGuest {
    pub(crate) guest: Guest,
    pub(crate) fields: Fields,
    pub(crate) headers: HeaderMap,
}

impl<S: Send + Sync> FromRequest<S> for Sent
where
    Office: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        from_here(&parts.headers).map_err(|problem| problem.into_response())?;
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        let fields = read(Request::from_parts(parts, body)).await.map_err(|problem| problem.into_response())?;
        if !visit.session.csrf_matches(fields.get("csrf")) {
            // A password is sent back to nobody.
            if visit.guest.here.starts_with(path::PASSWORD) {
                return Err(other_session().into_response());
            }
            let office = Office::from_ref(state);
            return Err(of_other_log_in(&office, &visit, fields));
        }
        Ok(Sent { visit, fields })
    }
}

impl<S: Send + Sync> FromRequest<S> for SentByGuest
where
    Office: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        from_here(&parts.headers)?;
        let guest = Guest::from_request_parts(&mut parts, state).await?;
        let headers = parts.headers.clone();
        let fields = read(Request::from_parts(parts, body)).await?;
        Ok(SentByGuest { guest, fields, headers })
    }
}

/// The name of [`other_session`] for programs.
pub(crate) const OTHER_SESSION: &str = "form-word";

/// A form that was opened in another session.
pub(crate) fn other_session() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, OTHER_SESSION, "the form does not carry the word of this session: open the page again")
}

pub(crate) async fn read(request: Request) -> Result<Fields, Problem> {
    // The rejection may quote what was filled in.
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    form.map(|Form(fields)| Fields(fields)).map_err(|_| Problem::bad_request("form", "the form cannot be read"))
}

/// Whether a browser sent this from a page of the same origin: browsers say so in `Sec-Fetch-Site`, older ones in `Origin`. What says neither is
/// no browser we know and is refused.
pub(crate) fn from_here(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let from_here = match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => !host.is_empty() && origin.strip_prefix("https://") == Some(host),
        (None, None) => false,
    };
    if from_here {
        Ok(())
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, "form-elsewhere", "a form is sent from a page of this system alone"))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn t_20_a_form_from_another_place_is_refused() {
        let sent = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8450"));
            for (name, value) in pairs {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            from_here(&headers).is_ok()
        };
        assert!(sent(&[("sec-fetch-site", "same-origin"), ("origin", "null")]), "no referrer, so no origin");
        assert!(sent(&[("origin", "https://127.0.0.1:8450")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!sent(&[("sec-fetch-site", site), ("origin", "https://127.0.0.1:8450")]), "{site}");
        }
        for origin in ["https://127.0.0.1:8451", "http://127.0.0.1:8450", "null", ""] {
            assert!(!sent(&[("origin", origin)]), "{origin}");
        }
        assert!(!sent(&[]));
    }
}
