//! 結果の入力: a result is entered by hand, in a form made of the catalogue's items. It goes through the gate that files go through.

mod choose;
mod cross;
mod fill;
mod items;
mod words;

use office::Routes;
use wire::session;

use crate::pages::Pages;
use crate::results::ENTER;

const ENTRY: &str = "/entry";

/// The routes.
pub(crate) fn routes(pages: Pages) -> Routes<Pages> {
    let rule = session(ENTER);
    Routes::of(pages).listed(ENTRY, words::TITLE, rule, choose::choose).page("/entry/{record}", rule, fill::ask).form(
        "/entry/{record}",
        rule,
        fill::enter,
    )
}
