//! 作業を始める: the kinds of work that the visitor may ask for, and a form for each, made of what its message asks.

mod fill;
mod form;
mod list;
mod words;

use access::Caller;
use wire::session;
use work::jobs::WorkKind;

use crate::{Office, Routes};

const WORK: &str = "/work";

/// The page stands in the menu where there is work to ask for.
pub(crate) fn routes(office: &Office) -> Routes<Office> {
    let rule = session(office.system.actions.start_jobs);
    let routes = Routes::of(office.clone());
    let routes = if office.jobs.kinds().is_empty() {
        routes.page(WORK, rule, list::show)
    } else {
        routes.listed(WORK, words::TITLE, rule, list::show)
    };
    routes.form(WORK, rule, form::send)
}

/// Who asks for a kind of work: the visitor, for what that work is for; none who may not.
fn asker(office: &Office, caller: &Caller, kind: &WorkKind) -> Option<Caller> {
    let caller = caller.for_purpose(kind.action.purpose());
    office.allows(&caller, &kind.action).then_some(caller)
}
