//! The door: whose session a request names, where those without one are sent, and how a refusal reads.

use std::pin::Pin;

use access::{Caller, Resumed, Session};
use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use face::ErrorPage;
use vocabulary::Purpose;
use wire::{Problem, Sessions, Shown};

use crate::form::OTHER_SESSION;
use crate::visit::{self, page_of, query, see_other};
use crate::{Office, OfficeError, kept, path};

impl Sessions for Office {
    fn enter(&self, shown: Shown) -> Pin<Box<dyn Future<Output = Result<Caller, Response>> + Send + '_>> {
        Box::pin(async move {
            let token = shown.cookie(&self.cookie).unwrap_or_default().to_owned();
            let (agent, id) = visit::terminal(&shown.parts.headers, shown.peer.as_ref());
            let terminal = access::Terminal { agent: &agent, id: id.as_deref() };
            let resumed = self.accounts.resume(&token, &terminal).await;
            match resumed.map_err(|error| Problem::from(OfficeError::from(error)).into_response())? {
                Resumed::Open(session) if session.must_change_password() && shown.parts.uri.path() != path::PASSWORD => {
                    Err(see_other(path::PASSWORD))
                }
                Resumed::Open(session) => Ok(self.caller(&session, &shown)),
                Resumed::Idle(_) => Err(see_other(&on_to(path::LOCK, &shown.parts))),
                Resumed::Gone => Err(see_other(&on_to(path::LOG_IN, &shown.parts))),
            }
        })
    }

    fn named<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        wire::cookie(headers, &self.cookie)
    }

    fn keeps(&self) -> usize {
        kept::MOST
    }

    fn turned_away(&self, asked: Parts, sent: Bytes, refused: Response) -> Pin<Box<dyn Future<Output = Response> + Send + '_>> {
        Box::pin(async move { self.keep(asked, &sent, refused).await })
    }

    fn told(&self, asked: &Parts, refusal: Problem) -> Response {
        let (language, _) = visit::language(&asked.headers, &query(&asked.uri));
        let path = if asked.method == Method::GET { visit::here(&asked.uri) } else { path::HOME.to_owned() };
        let request = refusal.request_id.map(|id| id.to_string()).unwrap_or_default();
        let site = self.site(language);
        let status = if refusal.status == StatusCode::UNAUTHORIZED.as_u16() { StatusCode::FORBIDDEN } else { refusal.status_code() };
        let detail = crate::words::refusal(refusal.code()).map(|words| words.of(language));
        let title = (refusal.code() == OTHER_SESSION).then(|| face::words::STALE_FORM.of(language));
        let page = ErrorPage { language, site: &site, path: &path, user: None, status: status.as_u16(), detail, title, request: &request };
        page_of(status, face::error_page(&page))
    }
}

impl Office {
    /// The officer; where people are looked at, for the purpose that was said, so that the policies judge it.
    fn caller(&self, session: &Session, shown: &Shown) -> Caller {
        let caller = Caller::from_session(session, shown.purpose, shown.request);
        if shown.purpose == Purpose::Consultation && self.system.find.is_some() { self.said(&caller, &shown.parts.uri) } else { caller }
    }
}

/// The way to a page that leads back here afterwards. A form that was sent is kept by [`Office::keep`].
fn on_to(page: &str, asked: &Parts) -> String {
    let here = visit::here(&asked.uri);
    // A `next` with a query would have to be escaped; the purpose is the only one, and is said again.
    let next = here.split('?').next().filter(|next| asked.method == Method::GET && *next != path::HOME && visit::is_ours(next));
    next.map_or_else(|| page.to_owned(), |next| format!("{page}?next={next}"))
}
