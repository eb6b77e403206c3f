//! Logging out, of a locked session too.

use access::{Caller, Resumed};
use axum::extract::State;
use axum::response::Response;
use face::Keep;
use ledger::{Outcome, Subject};
use vocabulary::Purpose;
use wire::Problem;

use crate::form::{SentByGuest, other_session};
use crate::visit::{set_cookie, with_headers};
use crate::{Office, OfficeError, path, see_other};

/// Ends the session; the browser forgets it, and what it kept of its pages.
pub(crate) async fn end(State(office): State<Office>, SentByGuest { guest, fields, .. }: SentByGuest) -> Result<Response, Problem> {
    let (room, sent) = (&office.room, fields.get("csrf"));
    // It ends first: what cannot be recorded must not keep a session open.
    match guest.resumed(&office).await? {
        Resumed::Open(session) if session.csrf_matches(sent) => {
            office.accounts.log_out(&session).await.map_err(OfficeError::from)?;
            let caller = Caller::from_session(&session, Purpose::Operation, guest.caller.request());
            room.event(&caller, office.system.actions.log_out, Outcome::Written, Subject::None, &format!("session {}", session.id()))
                .await?;
        }
        Resumed::Idle(locked) if locked.csrf_matches(sent) => {
            office.accounts.end_sessions(locked.account()).await.map_err(OfficeError::from)?;
            let note = format!("locked session of {}", locked.account());
            room.event(&guest.caller, office.system.actions.log_out, Outcome::Written, Subject::None, &note).await?;
        }
        Resumed::Open(_) | Resumed::Idle(_) => return Err(other_session()),
        Resumed::Gone => {}
    }
    let to = format!("{}?left=1&lang={}", path::LOG_IN, guest.language.code());
    let mut response = with_headers(see_other(&to), Keep::NothingAnyMore);
    set_cookie(&mut response, &format!("{}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict", office.cookie));
    Ok(response)
}
