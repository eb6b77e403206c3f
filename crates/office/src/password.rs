//! A new password: the first thing after a log-in with a one-time or expired one, and whenever one wants to.

use access::{AccountError, Password, Refusal, Weakness};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::{Language, NewPasswordPage, User, new_password_page};
use ledger::{Outcome, Subject};
use wire::Problem;

use crate::form::Sent;
use crate::kept::{KEPT, KeptForm};
use crate::visit::html;
use crate::{Office, OfficeError, Visit, path, see_other, words};

/// What is wrong with each of the three fields.
#[derive(Default)]
pub(crate) struct Wrong {
    current: Option<String>,
    new: Option<String>,
    again: Option<String>,
}

/// The form.
pub(crate) async fn ask(State(office): State<Office>, visit: Visit) -> Response {
    form(&office, &visit, StatusCode::OK, &Wrong::default(), None)
}

/// The form as it was sent; a form that was kept meanwhile is laid before the officer then.
pub(crate) async fn change(State(office): State<Office>, Sent { visit, mut fields }: Sent) -> Result<Response, Problem> {
    let [current, new, again] = ["current", "new", "again"].map(|name| Password::new(fields.take(name)));
    let language = visit.guest.language;
    let kept = Some(fields.get(KEPT)).filter(|kept| !kept.is_empty());
    let refused = |wrong: &Wrong| Ok(form(&office, &visit, StatusCode::UNPROCESSABLE_ENTITY, wrong, kept));
    if new.expose() != again.expose() {
        return refused(&Wrong { again: Some(words::NOT_THE_SAME.of(language).to_owned()), ..Wrong::default() });
    }
    let room = &office.room;
    match office.accounts.change_password(&visit.session, Some(current), new).await {
        Ok(Ok(())) => {
            room.event(&visit.caller, office.system.actions.password, Outcome::Written, Subject::None, "").await?;
            let kept = KeptForm::open(&office, kept.unwrap_or_default(), visit.session.account()).await;
            Ok(kept.map_or_else(|| see_other(path::HOME), |kept| kept.laid_before(&office, &visit)))
        }
        Ok(Err(refusal @ (Refusal::Credentials | Refusal::Locked))) => {
            office.refused.record(&visit.caller, office.system.actions.password, refusal.as_str()).await?;
            refused(&Wrong { current: Some(words::CURRENT_WRONG.of(language).to_owned()), ..Wrong::default() })
        }
        Ok(Err(_)) => Ok(see_other(path::LOG_IN)),
        Err(AccountError::Weak(weakness)) => refused(&Wrong { new: Some(weak(language, weakness)), ..Wrong::default() }),
        Err(error) => Err(OfficeError::from(error).into()),
    }
}

fn weak(language: Language, weakness: Weakness) -> String {
    match weakness {
        Weakness::TooShort(least) => words::TOO_SHORT.with(language, &[("least", &least)]),
        Weakness::TooLong => words::TOO_LONG.of(language).to_owned(),
        Weakness::TooFewClasses(least) => words::TOO_FEW_CLASSES.with(language, &[("least", &least)]),
        Weakness::ContainsId => words::CONTAINS_ID.of(language).to_owned(),
        Weakness::Common => words::COMMON.of(language).to_owned(),
        Weakness::UsedBefore => words::USED_BEFORE.of(language).to_owned(),
    }
}

/// The page; with a form that waits until the password is changed, sealed.
pub(crate) fn form(office: &Office, visit: &Visit, status: StatusCode, wrong: &Wrong, kept: Option<&str>) -> Response {
    let language = visit.guest.language;
    let site = office.site(language);
    let page = NewPasswordPage {
        language,
        site: &site,
        path: path::PASSWORD,
        action: path::PASSWORD,
        user: User { name: visit.session.name().expose(), log_out: path::LOG_OUT, csrf: visit.session.csrf() },
        account: visit.session.account(),
        asks_current: !visit.session.password_is_one_time(),
        shortest: office.accounts.rules().password.shortest,
        current_error: wrong.current.as_deref(),
        new_error: wrong.new.as_deref(),
        again_error: wrong.again.as_deref(),
        kept,
    };
    html(&visit.guest, status, new_password_page(&page))
}
