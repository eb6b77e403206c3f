//! 作業を始める: the kinds of work that the visitor may ask for, and a form for each, made of what its message asks.

mod fill;
mod form;
mod list;
mod words;

use wire::session;

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
