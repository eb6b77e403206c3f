//! 窓口・電話の対応: a member of staff finds a person and sees what the registry knows of them, and who else has looked.
//!
//! Every search and every look is an entry of the record of use, with officer and purpose, durable before the page is sent.

mod asked;
mod eligible;
mod find;
pub(crate) mod item;
mod person;
mod records;
mod search;
mod see;
mod uses;
mod words;

pub(crate) use person::tells_of_places;
pub(crate) use search::{Hit, identity, of_number};

use vocabulary::Purpose;
use wire::session;

use face::Language;
use face::components::{Tone, chip};
use office::Routes;
use office::list::{Cell, ListColumn};

use crate::pages::{Pages, words::RESIDENTS as MENU};

access::actions! {
    FIND = personal "registry:residents.find" for Consultation, "住民の検索", "Search for residents";
    SEE = personal "registry:residents.read" for Consultation, "住民の情報の閲覧", "Look at a resident";
    /// Where somebody under protective measures (支援措置) lives, and where they are examined.
    SEE_PROTECTED = personal "registry:protected-addresses.read" for Consultation, "支援措置対象者の所在の閲覧", "Look at a protected address";
    SEE_USES = personal "registry:uses.read" for Consultation, "利用の記録の閲覧", "Look at the record of use";
}

/// Where people are found.
pub(crate) const RESIDENTS: &str = "/residents";

/// The routes. Their purpose stands for the one that the officer names, which the policies judge.
pub(crate) fn routes(pages: Pages) -> Routes<Pages> {
    Routes::of(pages)
        .listed(RESIDENTS, MENU, session(FIND), find::ask)
        .form(RESIDENTS, session(FIND), find::find)
        .page("/residents/{id}", session(SEE), see::see)
        .page("/residents/{id}/uses", session(SEE_USES), uses::uses)
}

/// The page of a person, looked at for a purpose. It names them by a number of the room's own: addresses are kept by browsers.
pub(crate) fn page_of(id: i64, purpose: Purpose) -> String {
    format!("{RESIDENTS}/{id}?for={purpose}")
}

/// The column of a list that says who is protected.
pub(crate) const PROTECTION: ListColumn = ListColumn::fixed("protection", words::PROTECTED);

/// What stands in it: in a file too, which leaves the pages' other warnings behind.
pub(crate) fn protection(language: Language, is_protected: bool) -> Cell {
    if is_protected {
        let text = words::PROTECTED.of(language);
        Cell::text(text).shown(chip(Tone::Warning, text))
    } else {
        Cell::text("")
    }
}

/// The page of the uses of a person's data.
fn uses_of(id: i64, purpose: Purpose) -> String {
    format!("{RESIDENTS}/{id}/uses?for={purpose}")
}
