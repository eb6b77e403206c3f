//! 窓口・電話の対応: a member of staff finds a person and sees what the registry knows of them, and who else has looked.
//!
//! Every search and every look is an entry of the record of use, with officer and purpose, durable before the page is sent.

mod asked;
mod eligible;
mod find;
mod item;
mod person;
mod records;
mod search;
mod see;
mod uses;
mod words;

pub(crate) use words::action as action_word;

use access::Action;
use vocabulary::Purpose;
use wire::session;

use office::Routes;

use crate::pages::{Pages, words::RESIDENTS as MENU};

pub(crate) const FIND: Action = Action::personal("registry:residents.find");
pub(crate) const SEE: Action = Action::personal("registry:residents.read");
/// Where somebody under protective measures (支援措置) lives, and where they are examined.
pub(crate) const SEE_PROTECTED: Action = Action::personal("registry:protected-addresses.read");
pub(crate) const SEE_USES: Action = Action::personal("registry:uses.read");

/// Where people are found.
pub(crate) const RESIDENTS: &str = "/residents";

/// The routes. Their purpose stands for the one that the officer names, which the policies judge.
pub(crate) fn routes(pages: Pages) -> Routes<Pages> {
    Routes::of(pages)
        .listed(RESIDENTS, MENU, session(FIND, Purpose::Consultation), find::ask)
        .form(RESIDENTS, session(FIND, Purpose::Consultation), find::find)
        .page("/residents/{id}", session(SEE, Purpose::Consultation), see::see)
        .page("/residents/{id}/uses", session(SEE_USES, Purpose::Consultation), uses::uses)
}

/// The page of a person, looked at for a purpose. It names them by a number of the room's own: addresses are kept by browsers.
fn page_of(id: i64, purpose: Purpose) -> String {
    format!("{RESIDENTS}/{id}?for={purpose}")
}

/// The page of the uses of a person's data.
fn uses_of(id: i64, purpose: Purpose) -> String {
    format!("{RESIDENTS}/{id}/uses?for={purpose}")
}
