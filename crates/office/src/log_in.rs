//! Logging in. Every attempt stands in the record of use before it is answered; every refusal reads the same.

use access::{Caller, LogIn, Password, Resumed};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::{LogInPage, log_in_page};
use ledger::{Outcome, Subject};
use vocabulary::Purpose;
use wire::Problem;

use crate::form::SentByGuest;
use crate::visit::{html, is_ours, set_cookie};
use crate::{Guest, Office, OfficeError, path, see_other, words};

/// The form; who is logged in needs none.
pub(crate) async fn ask(State(office): State<Office>, guest: Guest) -> Result<Response, Problem> {
    if let Resumed::Open(_) = guest.resumed(&office).await? {
        return Ok(see_other(guest.next().unwrap_or(path::HOME)));
    }
    let notice = guest.query.contains_key("left").then(|| words::LEFT.of(guest.language));
    Ok(form(&office, &guest, StatusCode::OK, "", guest.next(), notice))
}

/// The form as it was sent.
pub(crate) async fn open(State(office): State<Office>, SentByGuest { guest, mut fields }: SentByGuest) -> Result<Response, Problem> {
    let password = Password::new(fields.take("password"));
    let (id, next) = (fields.get("id"), Some(fields.get("next")).filter(|next| is_ours(next)));
    let room = &office.room;
    let (token, session) = match office.accounts.log_in(id, password, &guest.terminal()).await {
        Ok(LogIn::Opened(token, session)) => (token, session),
        Err(error) => {
            // Too many at once, say: an attempt all the same.
            room.event(&guest.caller, office.system.actions.log_in, Outcome::Refused, Subject::None, "not compared").await?;
            return Err(OfficeError::from(error).into());
        }
        Ok(LogIn::Refused(refusal)) => {
            let known = office.accounts.known_as(id).await.map_err(OfficeError::from)?;
            let note = format!("{}: {}", refusal.as_str(), known.as_deref().unwrap_or("no account"));
            room.event(&guest.caller, office.system.actions.log_in, Outcome::Refused, Subject::None, &note).await?;
            return Ok(form(&office, &guest, StatusCode::FORBIDDEN, id, next, None));
        }
    };
    let caller = Caller::from_session(&session, Purpose::Operation, guest.caller.request());
    let note = format!("session {}", session.id());
    if let Err(error) = room.event(&caller, office.system.actions.log_in, Outcome::Written, Subject::None, &note).await {
        // Nobody holds its token yet: what cannot be recorded has not happened.
        office.accounts.log_out(&session).await.map_err(OfficeError::from)?;
        return Err(error.into());
    }
    let mut response = see_other(if session.must_change_password() { path::PASSWORD } else { next.unwrap_or(path::HOME) });
    set_cookie(&mut response, &format!("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict", office.cookie, token.expose()));
    Ok(response)
}

fn form(office: &Office, guest: &Guest, status: StatusCode, id: &str, next: Option<&str>, notice: Option<&str>) -> Response {
    let site = office.site(guest.language);
    let page = LogInPage {
        language: guest.language,
        site: &site,
        path: path::LOG_IN,
        action: path::LOG_IN,
        // There is no session to ride on: that the form is ours is told by where it was sent from.
        csrf: None,
        id,
        refused: status != StatusCode::OK,
        next,
        notice,
    };
    html(guest, status, log_in_page(&page))
}
