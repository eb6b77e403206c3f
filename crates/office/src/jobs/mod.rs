//! 処理: the long pieces of work of a system, how each goes, and what a person may do to one.

mod bulk;
mod change;
mod file;
mod list;
mod result;
mod show;
mod state;
mod words;

use wire::session;

use crate::{Office, Routes};

const JOBS: &str = "/jobs";
const UNDO_PATH: &str = "/jobs/undo";

pub(crate) fn routes(office: &Office) -> Routes<Office> {
    let (look, manage) = (office.system.actions.jobs, office.system.actions.manage_jobs);
    let (look, manage) = (session(look), session(manage));
    Routes::of(office.clone())
        .listed(JOBS, words::TITLE, look, list::list)
        .form("/jobs/export", look, list::export)
        .form("/jobs/cancel", manage, bulk::cancel)
        .form(UNDO_PATH, manage, bulk::undo)
        .page("/jobs/{job}", look, show::show)
        .form("/jobs/{job}/file", session(office.system.actions.job_files), file::take)
        .form("/jobs/{job}/cancel", manage, change::cancel)
        .form("/jobs/{job}/resume", manage, change::resume)
        .form("/jobs/{job}/approve", manage, change::approve)
}
