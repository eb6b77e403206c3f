//! 送信: what a system has yet to tell others, and what they refused. Nothing of what is told is shown;
//! whom it concerns is, to those who may act on it.

mod act;
mod chosen;
mod list;
mod words;

use wire::session;

use crate::{Office, Routes};

const MESSAGES: &str = "/messages";

pub(crate) fn routes(office: &Office) -> Routes<Office> {
    let (look, manage) = (office.system.actions.messages, office.system.actions.manage_messages);
    let (look, manage) = (session(look), session(manage));
    Routes::of(office.clone())
        .listed(MESSAGES, words::TITLE, look, list::list)
        .form("/messages/export", look, list::export)
        .form("/messages/people", manage, act::people)
        .form("/messages/retry", manage, act::retry)
        .form("/messages/drop", manage, act::drop_messages)
}
