//! 送信: what a system has yet to tell others, and what they refused. Nothing of what is told is shown.

mod act;
mod list;
mod words;

use wire::session;

use crate::{Office, Routes};

const LETTERS: &str = "/letters";

pub(crate) fn routes(office: &Office) -> Routes<Office> {
    let (look, manage) = (office.system.actions.letters, office.system.actions.manage_letters);
    let (look, manage) = (session(look), session(manage));
    Routes::of(office.clone())
        .listed(LETTERS, words::TITLE, look, list::list)
        .form("/letters/export", look, list::export)
        .form("/letters/retry", manage, act::retry)
        .form("/letters/drop", manage, act::drop_letters)
}
