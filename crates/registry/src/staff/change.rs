//! What is done to an account that there is.

use access::AccountError;
use axum::extract::State;
use axum::response::Response;
use wire::{Path, Problem};

use super::list::{New, News, shown};
use super::{ACCOUNTS, recorded, words};
use crate::RegistryError;
use crate::pages::form::Sent;
use crate::pages::{Pages, Visit, see_other};

/// A new one-time password: the account's sessions end, its lock opens.
pub(super) async fn reissue(State(pages): State<Pages>, Path(id): Path<String>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let work = async |accounts: &access::Accounts| accounts.reissue_password(&visit.caller, &id).await;
    match recorded(&pages, &visit, &noted("reissue password", &id), work).await? {
        Ok(password) => shown(&pages, &visit, News::Password(id, password), New::default()).await,
        Err(error) => refused(&pages, &visit, error).await,
    }
}

/// Off, at once.
pub(super) async fn switch_off(State(pages): State<Pages>, Path(id): Path<String>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let work = async |accounts: &access::Accounts| accounts.disable(&visit.caller, &id).await;
    done(&pages, &visit, recorded(&pages, &visit, &noted("switch off", &id), work).await?).await
}

/// On again.
pub(super) async fn switch_on(State(pages): State<Pages>, Path(id): Path<String>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let work = async |accounts: &access::Accounts| accounts.enable(&visit.caller, &id).await;
    done(&pages, &visit, recorded(&pages, &visit, &noted("switch on", &id), work).await?).await
}

fn noted(what: &str, id: &str) -> String {
    format!("{what}: {id}")
}

async fn done(pages: &Pages, visit: &Visit, outcome: Result<(), AccountError>) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => Ok(see_other(ACCOUNTS)),
        Err(error) => refused(pages, visit, error).await,
    }
}

async fn refused(pages: &Pages, visit: &Visit, error: AccountError) -> Result<Response, Problem> {
    let why = match error {
        AccountError::OwnAccount => words::OWN_ACCOUNT,
        AccountError::NoSuchAccount(_) => words::NO_SUCH_ACCOUNT,
        error => return Err(RegistryError::from(error).into()),
    };
    shown(pages, visit, News::Refused(why.of(visit.guest.language)), New::default()).await
}
