//! 外字: the people whose name or address holds a character of the city's own that nobody has named, or one that is not seen (a control of
//! direction, say). They are kept as they came, and nothing is
//! sent to them; here they are found, and the characters that `gaiji.csv` lacks with them.

mod list;
mod words;

use office::Routes;
use wire::session;

use crate::pages::Pages;

access::actions! {
    LIST = personal "registry:unnamed-characters.list" for Invitation, "外字のある人の一覧", "List of people with unnamed characters";
    EXPORT = personal "registry:unnamed-characters.export" for Invitation, "外字のある人の書き出し", "Export of people with unnamed characters";
}

const UNNAMED: &str = "/characters";

/// Whether a character says nothing that can be read or printed: one of the city's own that nobody has named, or one that is not seen.
pub(crate) fn is_unnamed(character: char) -> bool {
    sheets::is_private_use(character) || vocabulary::text::is_unseen(character)
}

/// The routes.
pub(crate) fn routes(pages: Pages) -> Routes<Pages> {
    Routes::of(pages).listed(UNNAMED, words::TITLE, session(LIST), list::list).form("/characters/export", session(EXPORT), list::export)
}
