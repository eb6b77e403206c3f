//! 職員のアカウント: an administrator makes accounts, hands out one-time passwords, switches accounts off and on (C-III-3-R2b-ATN-2).
//!
//! What is about to be done stands in the record of use before it is done, and what was refused after it.

mod change;
mod create;
mod list;
mod words;

use access::{Accounts, Action};
use ledger::{Outcome, Subject};
use vocabulary::Purpose;
use wire::{Problem, Routes, session};

use crate::RegistryError;
use crate::pages::{Pages, Visit};

pub(crate) const MANAGE: Action = Action::personal("registry:accounts.manage");

/// Where the accounts are.
pub(crate) const ACCOUNTS: &str = "/accounts";

/// The routes.
pub(crate) fn routes(pages: Pages) -> Routes<Pages> {
    let rule = session(MANAGE, Purpose::Operation);
    Routes::of(pages)
        .page(ACCOUNTS, rule, list::list)
        .form(ACCOUNTS, rule, create::create)
        .form("/accounts/{id}/password", rule, change::reissue)
        .form("/accounts/{id}/off", rule, change::switch_off)
        .form("/accounts/{id}/on", rule, change::switch_on)
}

/// Records what an administrator is about to do, does it, and records a refusal.
async fn recorded<T>(
    pages: &Pages,
    visit: &Visit,
    note: &str,
    work: impl AsyncFnOnce(&Accounts) -> Result<T, access::AccountError>,
) -> Result<Result<T, access::AccountError>, Problem> {
    let room = &pages.registry.room;
    room.event(&visit.caller, MANAGE, Outcome::Written, Subject::None, note).await?;
    match work(&pages.accounts).await {
        Err(access::AccountError::Store(error)) => Err(RegistryError::Store(error).into()),
        Err(error) => {
            room.event(&visit.caller, MANAGE, Outcome::Refused, Subject::None, note).await?;
            Ok(Err(error))
        }
        done => Ok(done),
    }
}
