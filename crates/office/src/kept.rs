//! A form that was sent when its session was locked, had ended, or was another: nothing of it was done. What was filled in is kept, sealed, in the
//! page that asks for the password, and laid before the officer again, who says whether to go on with it.

use std::sync::Arc;

use access::{Caller, Resumed, Session};
use axum::body::Body;
use axum::extract::{FromRequestParts as _, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use face::components::{Field, Form, Input, Method, form};
use face::{Link, Page, Width, Words, page};
use vault::Cell;
use vocabulary::Purpose;

use crate::form::{Fields, RESUMED, from_here, read};
use crate::visit::{here, is_ours};
use crate::{Guest, Office, Visit, instant, lock, log_in, password, path, words};

/// The field in which it goes to the page that asks for the password and back.
pub(crate) const KEPT: &str = "kept";

const FORMS: &str = "application/x-www-form-urlencoded";
/// A form with more bytes is not kept: it goes out and comes back through pages that anybody may send.
pub(crate) const MOST: usize = 24 << 10;
/// Bytes of a form that has one in it, sealed and written in hexadecimal, beside what else it has.
pub(crate) const WITH_KEPT: usize = 2 * MOST + (8 << 10);
/// It lies in no table: what it is sealed for is its use.
fn cell() -> Cell<'static> {
    Cell::new("kept_form", "", "sent")
}

/// A form that was sent.
pub(crate) struct KeptForm {
    /// When, in milliseconds since 1970 UTC.
    at: i64,
    /// Where to.
    path: String,
    fields: Fields,
}

impl KeptForm {
    /// Opens what was kept for an account; nothing when it is another's, or nothing of ours.
    pub(crate) async fn open(office: &Office, sealed: &str, account: &str) -> Option<KeptForm> {
        let sealed = hex::decode(sealed).ok().filter(|sealed| !sealed.is_empty())?;
        let plain = office.room.vault().open_cell(&cell(), &sealed).ok()?;
        let mut parts = plain.splitn(4, |byte| *byte == b'\n');
        let (of, at, to, body) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let at = std::str::from_utf8(at).ok()?.parse().ok()?;
        let path = std::str::from_utf8(to).ok().filter(|to| of == account.as_bytes() && is_ours(to))?.to_owned();
        let request = Request::post("/").header(header::CONTENT_TYPE, FORMS).body(Body::from(body.to_vec())).ok()?;
        Some(KeptForm { at, path, fields: read(request).await.ok()? })
    }

    /// The page that lays it before the officer who has given their password.
    pub(crate) fn laid_before(&self, office: &Office, visit: &Visit) -> Response {
        laid_before(office, visit, StatusCode::OK, words::GO_ON_LEAD, self)
    }
}

/// Goes on, after somebody gave their password, with what was kept: the password has to be changed first where it must be.
pub(crate) async fn go_on(office: &Office, guest: Guest, session: Session, kept: &str) -> Option<Response> {
    let caller = Caller::from_session(&session, Purpose::Operation, guest.caller.request());
    let form = KeptForm::open(office, kept, session.account()).await?;
    let visit = Visit { guest: Arc::new(guest), session, caller };
    Some(if visit.session.must_change_password() {
        password::form(office, &visit, StatusCode::OK, &password::Wrong::default(), Some(kept))
    } else {
        form.laid_before(office, &visit)
    })
}

/// The page for a form that was opened in another session and is sent in this one.
pub(crate) fn of_other_log_in(office: &Office, visit: &Visit, fields: Fields) -> Response {
    let form = KeptForm { at: office.clock.now_ms(), path: visit.guest.here.clone(), fields };
    laid_before(office, visit, StatusCode::FORBIDDEN, words::OTHER_LOG_IN, &form)
}

/// Lays a form before an officer again, to be sent or not.
fn laid_before(office: &Office, visit: &Visit, status: StatusCode, lead: Words, KeptForm { at, path: to, fields }: &KeptForm) -> Response {
    let language = visit.guest.language;
    let word = |words: Words| words.of(language);
    let values = fields.pairs().filter(|(name, _)| *name != "csrf" && *name != RESUMED).chain([(RESUMED, "1")]);
    let hidden: Vec<Field<'_>> = values.map(|(name, value)| Field::optional(name, "", Input::Hidden { value })).collect();
    let does = office.listed.get().and_then(|listed| listed.form(to)).and_then(|action| office.action_word(language, action.name()));
    let kind = Some(fields.get("kind")).filter(|kind| !kind.is_empty()).map(|kind| office.kind_word(language, kind));
    let does = kind.map_or_else(|| does.unwrap_or(to).to_owned(), |kind| format!("{}（{kind}）", does.unwrap_or(to)));
    let lead = lead.with(language, &[("at", &instant(*at)), ("does", &does), ("name", &visit.session.name().expose())]);
    let body = form(&Form {
        language,
        method: Method::Post,
        action: to,
        csrf: Some(visit.session.csrf()),
        fields: &hidden,
        submit: word(words::GO_ON),
        cancel: Some(Link::new(path::HOME, word(words::LET_GO))),
    });
    office.framed(visit, status, |frame| {
        page(&Page { title: word(words::KEPT), lead: Some(&lead), path: path::HOME, body, width: Width::Reading, ..frame })
    })
}

impl Office {
    /// The page that asks for the password, with what was sent kept in it; `refused` where there is nothing to keep, or no session that ended.
    pub(crate) async fn keep(&self, mut asked: Parts, sent: &[u8], refused: Response) -> Response {
        let to = here(&asked.uri);
        let is_kept = is_form(&asked.headers) && from_here(&asked.headers).is_ok() && sent.len() <= MOST;
        if !is_kept || !is_ours(&to) || asked.uri.path() == path::PASSWORD {
            return refused;
        }
        let seal = |account: &str| {
            let at = self.clock.now_ms().to_string();
            let plain = [account.as_bytes(), b"\n", at.as_bytes(), b"\n", to.as_bytes(), b"\n", sent].concat();
            self.room.vault().seal(&cell(), &plain).map(hex::encode).ok()
        };
        let Ok(guest) = Guest::from_request_parts(&mut asked, self).await else { return refused };
        match guest.resumed(self).await {
            Ok(Resumed::Idle(locked)) => {
                let kept = seal(locked.account());
                lock::form(self, &guest, (StatusCode::FORBIDDEN, false), &locked, path::HOME, kept.as_deref())
            }
            Ok(Resumed::Gone) => match self.accounts.past(guest.token(), &guest.terminal()).await {
                Ok(Some(past)) => {
                    let kept = seal(&past.account);
                    let asks = log_in::Asks { notice: Some(log_in::why_over(&past)), kept: kept.as_deref(), ..log_in::Asks::default() };
                    log_in::form(self, &guest, StatusCode::FORBIDDEN, &asks)
                }
                _ => refused,
            },
            // Its password is over since the page was opened.
            Ok(Resumed::Open(session)) if session.must_change_password() => {
                let kept = seal(session.account()).unwrap_or_default();
                go_on(self, guest, session, &kept).await.unwrap_or(refused)
            }
            Ok(Resumed::Open(_)) | Err(_) => refused,
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim() == FORMS)
}
