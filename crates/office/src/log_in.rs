//! Logging in. Every log-in stands in the record of use before it is answered, and every refused attempt is counted there; every refusal reads
//! the same.

use access::{Caller, LogIn, Origin, Password, PastSession, Resumed};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use face::{LogInPage, Words, log_in_page};
use ledger::{Outcome, Subject};
use vocabulary::Purpose;
use wire::{Budget, Limits, Network, Place, Problem, TooMany};

use crate::form::SentByGuest;
use crate::kept::{KEPT, go_on};
use crate::visit::{html, is_ours, set_cookie};
use crate::{Guest, Office, OfficeError, path, see_other, words};

/// The form; who is logged in needs none.
pub(crate) async fn ask(State(office): State<Office>, guest: Guest) -> Result<Response, Problem> {
    if let Resumed::Open(_) = guest.resumed(&office).await? {
        return Ok(see_other(guest.next().unwrap_or(path::HOME)));
    }
    let notice = match guest.query.contains_key("left") {
        true => Some(words::LEFT),
        false => office.accounts.past(guest.token(), &guest.terminal()).await.map_err(OfficeError::from)?.as_ref().map(why_over),
    };
    Ok(form(&office, &guest, StatusCode::OK, &Asks { next: guest.next(), notice, ..Asks::default() }))
}

/// Why somebody has to log in again.
pub(crate) fn why_over(past: &PastSession) -> Words {
    if past.was_elsewhere { words::ELSEWHERE } else { words::OVER }
}

/// The form as it was sent.
pub(crate) async fn open(
    State(office): State<Office>,
    SentByGuest { guest, mut fields, headers }: SentByGuest,
) -> Result<Response, Problem> {
    let password = Password::new(fields.take("password"));
    let (id, next) = (fields.get("id"), Some(fields.get("next")).filter(|next| is_ours(next)));
    let kept = Some(fields.get(KEPT)).filter(|kept| !kept.is_empty());
    let asks = Asks { id, next, kept, ..Asks::default() };
    if id.trim().is_empty() || password.expose().is_empty() {
        // Nothing was tried.
        return Ok(form(&office, &guest, StatusCode::UNPROCESSABLE_ENTITY, &Asks { notice: Some(words::EMPTY_LOG_IN), ..asks }));
    }
    let room = &office.room;
    let account = access::folded_id(id);
    let device = account.as_deref().and_then(|account| office.device_of(&headers, account));
    // Before anything is written or compared.
    let _places = match office.log_ins.enter(guest.network, account.as_deref().unwrap_or_default(), device.as_deref()) {
        Ok(places) => places,
        Err(error) => return Ok(error.into_response()),
    };
    let network = guest.network.to_string();
    let from = Origin { network: &network, device: device.as_deref() };
    let (token, session) = match office.accounts.log_in(id, password, &guest.terminal(), &from).await {
        Ok(LogIn::Opened(token, session)) => (token, session),
        // Too many at once, say: nothing was tried.
        Err(error) => return Err(OfficeError::from(error).into()),
        Ok(LogIn::Refused(refusal)) => {
            let known = office.accounts.known_as(id).await.map_err(OfficeError::from)?;
            let why = format!("{}: {}", refusal.as_str(), known.as_deref().unwrap_or("no account"));
            office.refused.record(&guest.caller, office.system.actions.log_in, &why).await?;
            return Ok(form(&office, &guest, StatusCode::FORBIDDEN, &Asks { is_refused: true, ..asks }));
        }
    };
    let caller = Caller::from_session(&session, Purpose::Operation, guest.caller.request());
    let note = format!("session {}", session.id());
    if let Err(error) = room.event(&caller, office.system.actions.log_in, Outcome::Written, Subject::None, &note).await {
        // Nobody holds its token yet: what cannot be recorded has not happened.
        office.accounts.log_out(&session).await.map_err(OfficeError::from)?;
        return Err(error.into());
    }
    let known = office.known_device(session.account());
    let to = if session.must_change_password() { path::PASSWORD } else { next.unwrap_or(path::HOME) };
    let kept = go_on(&office, guest, session, asks.kept.unwrap_or_default()).await;
    let mut response = kept.unwrap_or_else(|| see_other(to));
    set_cookie(&mut response, &format!("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict", office.cookie, token.expose()));
    set_cookie(&mut response, &known);
    Ok(response)
}

/// How often may be tried to log in.
#[derive(Clone, Debug)]
pub(crate) struct LogIns {
    /// Of browsers that are not known, by address.
    of_network: Budget,
    /// Of browsers that are not known, by the id that was typed, be it an account's or not.
    of_id: Budget,
    /// Of browsers that are known, each by itself.
    of_device: Budget,
}

impl LogIns {
    pub(crate) fn of(limits: &Limits) -> Self {
        let [of_network, of_id, of_device] = [limits.log_in, limits.log_in_of_account, limits.log_in].map(Budget::of);
        Self { of_network, of_id, of_device }
    }

    fn enter(&self, network: Network, account: &str, device: Option<&str>) -> Result<[Option<Place>; 2], TooMany> {
        match device {
            Some(device) => Ok([Some(self.of_device.enter(device)?), None]),
            None => {
                let of_network = self.of_network.enter(&network)?;
                Ok([Some(of_network), Some(self.of_id.enter(account)?)])
            }
        }
    }
}

/// What stands in the form, and what it says.
#[derive(Default)]
pub(crate) struct Asks<'a> {
    pub(crate) id: &'a str,
    pub(crate) next: Option<&'a str>,
    /// A form that waits for the log-in, sealed.
    pub(crate) kept: Option<&'a str>,
    pub(crate) notice: Option<Words>,
    pub(crate) is_refused: bool,
}

pub(crate) fn form(office: &Office, guest: &Guest, status: StatusCode, asks: &Asks<'_>) -> Response {
    let site = office.site(guest.language);
    let page = LogInPage {
        language: guest.language,
        site: &site,
        path: path::LOG_IN,
        action: path::LOG_IN,
        // There is no session to ride on: that the form is ours is told by where it was sent from.
        csrf: None,
        id: asks.id,
        refused: asks.is_refused,
        next: asks.next,
        kept: asks.kept,
        notice: asks.notice.map(|words| words.of(guest.language)),
    };
    html(guest, status, log_in_page(&page))
}
