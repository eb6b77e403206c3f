//! 返戻郵便: letters that came back. Nothing is sent by letter to an address from which one came back, until the register says another address or an
//! officer has looked into it; the hub, which needs no address, tells the person all the same.

mod act;
mod enter;
mod list;
mod rows;
pub(crate) mod table;
mod words;

use office::Routes;
use wire::session;

pub(crate) use list::reason;
#[cfg(test)]
pub(crate) use rows::testing;
pub(crate) use rows::{came_back, last_returned};

use crate::pages::Pages;

access::actions! {
    LIST = personal "registry:returned-mail.list" for Invitation, "返戻郵便の一覧", "Letters that came back";
    EXPORT = personal "registry:returned-mail.export" for Invitation, "返戻郵便の書き出し", "Export of letters that came back";
    /// Recording that one came back, and that an officer has looked into it.
    RECORD = personal "registry:returned-mail.record" for Invitation, "返戻郵便の登録・確認", "Record of a letter that came back";
}

const RETURNED: &str = "/returned";
const UNDO_PATH: &str = "/returned/undo";
/// The city's code table of the reasons for which letters come back.
const REASONS: &str = "local_return_reason";

/// The routes.
pub(crate) fn routes(pages: Pages) -> Routes<Pages> {
    Routes::of(pages)
        .listed(RETURNED, words::TITLE, session(LIST), list::list)
        .form(RETURNED, session(RECORD), enter::enter)
        .form("/returned/export", session(EXPORT), list::export)
        .form("/returned/clear", session(RECORD), act::clear)
        .form(UNDO_PATH, session(RECORD), act::undo)
}
