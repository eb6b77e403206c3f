//! 結果の入力: a result is entered by hand, in a form made of the catalogue's items, and corrected in one filled with what is stored. Both go
//! through the gate that files go through.
//!
//! A person is asked for and shown before anything about them is entered; a correction is shown beside what was there before it is stored.

mod change;
mod choose;
mod correct;
mod cross;
mod fill;
mod form;
mod items;
mod person;
mod words;

use office::Routes;
use wire::session;

use crate::pages::Pages;
use crate::results::ENTER;

const ENTRY: &str = "/entry";
/// Bytes of a record with all of its items and remarks.
const LARGEST: usize = 64 << 10;

/// The routes.
pub(crate) fn routes(pages: Pages) -> Routes<Pages> {
    let rule = session(ENTER).limit_body(LARGEST);
    Routes::of(pages)
        .listed(ENTRY, words::TITLE, rule, choose::choose)
        .page("/entry/{record}", rule, fill::ask)
        .form("/entry/{record}", rule, fill::enter)
        .page("/entry/{record}/{row}", rule, correct::ask)
        .form("/entry/{record}/{row}", rule, correct::enter)
}

/// The form of a record's correction. It names the record by a number of the room's own: addresses are kept by browsers.
pub(crate) fn correction_of(record: u16, row: i64) -> String {
    format!("{ENTRY}/{record}/{row}")
}
