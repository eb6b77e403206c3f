//! 利用の記録: who did what for which purpose in this system. An auditor reads it, and stands in it for that.

mod find;
mod list;
mod rows;
mod words;

use wire::session;

pub use self::rows::table;
use crate::{Office, Routes, path};

pub(crate) fn routes(office: &Office) -> Routes<Office> {
    let rule = session(office.system.actions.uses);
    Routes::of(office.clone()).listed(path::USES, words::TITLE, rule, list::list).form(path::USES, rule, find::find).form(
        "/uses/export",
        rule,
        list::export,
    )
}
