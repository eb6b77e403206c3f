//! The screen lock: a session that idled goes on once its password is given again (C-III-3-X-COM-1).

use access::{Caller, Locked, Password, Refusal, Resumed};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::{ScreenLockPage, User, screen_lock_page};
use ledger::{Outcome, Subject};
use vocabulary::Purpose;
use wire::Problem;

use crate::form::{SentByGuest, other_session};
use crate::kept::{KEPT, go_on};
use crate::visit::{html, is_ours};
use crate::{Guest, Office, OfficeError, path, see_other};

/// The form, for a session that is locked.
pub(crate) async fn ask(State(office): State<Office>, guest: Guest) -> Result<Response, Problem> {
    let next = guest.next().unwrap_or(path::HOME);
    Ok(match guest.resumed(&office).await? {
        Resumed::Idle(locked) => form(&office, &guest, (StatusCode::OK, false), &locked, next, None),
        Resumed::Open(_) => see_other(next),
        Resumed::Gone => see_other(path::LOG_IN),
    })
}

/// The form as it was sent.
pub(crate) async fn open(State(office): State<Office>, SentByGuest { guest, mut fields, .. }: SentByGuest) -> Result<Response, Problem> {
    let password = Password::new(fields.take("password"));
    let next = Some(fields.get("next")).filter(|next| is_ours(next)).unwrap_or(path::HOME);
    let locked = match guest.resumed(&office).await? {
        Resumed::Idle(locked) if locked.csrf_matches(fields.get("csrf")) => locked,
        Resumed::Idle(_) => return Err(other_session()),
        Resumed::Open(_) => return Ok(see_other(next)),
        Resumed::Gone => return Ok(see_other(path::LOG_IN)),
    };
    let room = &office.room;
    match office.accounts.unlock(guest.token(), password, &guest.terminal()).await.map_err(OfficeError::from)? {
        Ok(session) => {
            let caller = Caller::from_session(&session, Purpose::Operation, guest.caller.request());
            let note = format!("session {}", session.id());
            if let Err(error) = room.event(&caller, office.system.actions.unlock, Outcome::Written, Subject::None, &note).await {
                office.accounts.log_out(&session).await.map_err(OfficeError::from)?;
                return Err(error.into());
            }
            Ok(go_on(&office, guest, session, fields.get(KEPT)).await.unwrap_or_else(|| see_other(next)))
        }
        Err(Refusal::NoSession) => Ok(see_other(path::LOG_IN)),
        Err(refusal) => {
            let note = format!("{}: {}", refusal.as_str(), locked.account());
            office.refused.record(&guest.caller, office.system.actions.unlock, &note).await?;
            let kept = Some(fields.get(KEPT)).filter(|kept| !kept.is_empty());
            Ok(form(&office, &guest, (StatusCode::FORBIDDEN, true), &locked, next, kept))
        }
    }
}

/// The page; `refused` when the password before was wrong, `kept` with a form that waits for the right one.
pub(crate) fn form(
    office: &Office,
    guest: &Guest,
    (status, refused): (StatusCode, bool),
    locked: &Locked,
    next: &str,
    kept: Option<&str>,
) -> Response {
    let site = office.site(guest.language);
    let page = ScreenLockPage {
        language: guest.language,
        site: &site,
        path: path::LOCK,
        action: path::LOCK,
        account: locked.account(),
        user: User { name: locked.account(), log_out: path::LOG_OUT, csrf: locked.csrf() },
        refused,
        next,
        kept,
    };
    html(guest, status, screen_lock_page(&page))
}
