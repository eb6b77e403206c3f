//! 職員のアカウント: an administrator makes accounts, hands out one-time passwords, switches accounts off and on (C-III-3-R2b-ATN-2).
//!
//! What is about to be done stands in the record of use before it is done, and what was refused after it.

mod change;
mod create;
mod list;
mod words;

use access::Accounts;
use ledger::{Outcome, Subject};
use wire::{Problem, session};

use crate::{Office, Routes, Visit, path};

/// The routes.
pub(crate) fn routes(office: &Office) -> Routes<Office> {
    let rule = session(office.system.actions.accounts);
    Routes::of(office.clone())
        .listed(path::ACCOUNTS, words::TITLE, rule, list::list)
        .form(path::ACCOUNTS, rule, create::create)
        .form("/accounts/export", rule, list::export)
        .form("/accounts/{id}/password", rule, change::reissue)
        .form("/accounts/{id}/off", rule, change::switch_off)
        .form("/accounts/{id}/on", rule, change::switch_on)
}

/// Records what an administrator is about to do, does it, and records a refusal.
async fn recorded<T>(
    office: &Office,
    visit: &Visit,
    note: &str,
    work: impl AsyncFnOnce(&Accounts) -> Result<T, access::AccountError>,
) -> Result<Result<T, access::AccountError>, Problem> {
    let room = &office.room;
    room.event(&visit.caller, office.system.actions.accounts, Outcome::Written, Subject::None, note).await?;
    match work(&office.accounts).await {
        Err(access::AccountError::Store(error)) => Err(error.into()),
        Err(error) => {
            room.event(&visit.caller, office.system.actions.accounts, Outcome::Refused, Subject::None, note).await?;
            Ok(Err(error))
        }
        done => Ok(done),
    }
}
