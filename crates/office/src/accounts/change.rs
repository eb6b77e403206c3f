//! What is done to an account that there is.

use access::AccountError;
use axum::extract::State;
use axum::response::Response;
use wire::{Path, Problem};

use super::list::{CONFIRMED, New, News, shown};
use super::{recorded, words};
use crate::{Office, OfficeError, Sent, Visit};

/// A new one-time password: the account's sessions end, its lock opens.
pub(super) async fn reissue(State(office): State<Office>, Path(id): Path<String>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let work = async |accounts: &access::Accounts| accounts.reissue_password(&visit.caller, &id).await;
    match recorded(&office, &visit, &noted("reissue password", &id), work).await? {
        Ok(password) => shown(&office, &visit, News::Password(id, password), New::default()).await,
        Err(error) => refused(&office, &visit, error).await,
    }
}

/// Off, at once, when it is pressed a second time: whoever works under it is logged out in the middle.
pub(super) async fn switch_off(
    State(office): State<Office>,
    Path(id): Path<String>,
    Sent { visit, fields }: Sent,
) -> Result<Response, Problem> {
    if fields.get(CONFIRMED) != "1" && id != visit.session.account() {
        let accounts = office.accounts.list().await.map_err(OfficeError::from)?;
        if accounts.iter().any(|line| line.id == id) {
            return shown(&office, &visit, News::AsksToSwitchOff(id), New::default()).await;
        }
    }
    let work = async |accounts: &access::Accounts| accounts.disable(&visit.caller, &id).await;
    let outcome = recorded(&office, &visit, &noted("switch off", &id), work).await?;
    done(&office, &visit, outcome, News::SwitchedOff(id)).await
}

/// On again.
pub(super) async fn switch_on(State(office): State<Office>, Path(id): Path<String>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let work = async |accounts: &access::Accounts| accounts.enable(&visit.caller, &id).await;
    let outcome = recorded(&office, &visit, &noted("switch on", &id), work).await?;
    done(&office, &visit, outcome, News::SwitchedOn(id)).await
}

fn noted(what: &str, id: &str) -> String {
    format!("{what}: {id}")
}

async fn done(office: &Office, visit: &Visit, outcome: Result<(), AccountError>, news: News) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => shown(office, visit, news, New::default()).await,
        Err(error) => refused(office, visit, error).await,
    }
}

async fn refused(office: &Office, visit: &Visit, error: AccountError) -> Result<Response, Problem> {
    let why = match error {
        AccountError::OwnAccount => words::OWN_ACCOUNT,
        AccountError::NoSuchAccount(_) => words::NO_SUCH_ACCOUNT,
        error => return Err(OfficeError::from(error).into()),
    };
    shown(office, visit, News::Refused(why.of(visit.guest.language)), New::default()).await
}
