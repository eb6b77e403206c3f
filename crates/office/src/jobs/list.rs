//! The jobs, all or those in some states.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Banner, Bulk, BulkAct, Emphasis, Tone, banner, chip, link};
use face::{Html, Language, Page, page};
use ledger::{Outcome, Seen, Subject};
use protocol::messages::jobs::{Job, JobState};
use wire::Problem;

use super::state::{figures, state, state_word, who};
use super::{JOBS, words};
use crate::list::{Cell, ListColumn, ListForm, ListPage, ListRow, Order, Part};
use crate::{Office, Sent, Visit};

/// What a part is called in the address, and the states that it shows.
const PARTS: [(&str, face::Words, &[JobState]); 4] = [
    ("", words::ALL, &JobState::ALL),
    ("going", words::GOING, &[JobState::Waiting, JobState::Running]),
    (
        "stopped",
        words::STOPPED,
        &[JobState::AwaitingApproval, JobState::Previewed, JobState::Refused, JobState::Failed, JobState::Cancelled],
    ),
    ("done", words::ENDED, &[JobState::Done]),
];

const COLUMNS: &[ListColumn] = &[
    ListColumn::text("kind", words::KIND),
    ListColumn::text("state", words::STATE),
    ListColumn::number("progress", words::PROGRESS),
    ListColumn::text("by", words::ASKED_BY),
    ListColumn::text("at", words::ASKED_AT),
];

/// What was done just before.
pub(super) enum News {
    Nothing,
    /// Nothing was chosen.
    NothingChosen,
    /// None of the chosen could be cancelled.
    NothingCancelled,
    /// What was cancelled, with the button that undoes it.
    Cancelled(Html),
    /// What was to be undone is nothing that this session did.
    NotUndone,
    /// So many go on.
    GoOn(usize),
}

/// Lists them.
pub(super) async fn list(State(office): State<Office>, visit: Visit) -> Result<Response, Problem> {
    listed(&office, &visit, &News::Nothing).await
}

/// The list as a file.
pub(super) async fn export(State(office): State<Office>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let (form, asked) = asked(&visit);
    let rows = ListPage::all_after(&form, &asked, rows(&office, &visit, &asked.part).await?);
    let note = format!("export: {} jobs", rows.len());
    office.room.event(&visit.caller, office.system.actions.jobs, Outcome::Read, Subject::None, &note).await?;
    Ok(form.file(language, rows).await)
}

fn asked(visit: &Visit) -> (ListForm, crate::list::ListAsked) {
    let parts = PARTS.iter().map(|(name, words, _)| Part::of(visit.guest.language, name, *words)).collect();
    let order = Order { column: "at", is_down: true };
    let form = ListForm { path: JOBS, caption: words::LIST, parts, columns: COLUMNS, order };
    let asked = form.asked(visit);
    (form, asked)
}

async fn rows(office: &Office, visit: &Visit, part: &str) -> Result<Vec<ListRow>, Problem> {
    let (jobs, by) = (office.jobs.clone(), visit.caller.clone());
    let newest = office.room.see(&visit.caller, office.system.actions.jobs, move |tx, _| jobs.newest(tx, &by).map(Seen::unnamed)).await?;
    let states = PARTS.iter().find(|(name, ..)| *name == part).map_or(JobState::ALL.as_slice(), |(.., states)| states);
    Ok(newest.iter().filter(|job| states.contains(&job.state)).map(|job| row(office, visit.guest.language, job)).collect())
}

/// The page, after something was done or was not.
pub(super) async fn listed(office: &Office, visit: &Visit, news: &News) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let (form, asked) = asked(visit);
    let rows = rows(office, visit, &asked.part).await?;
    let may = office.allows(&visit.caller, &office.system.actions.manage_jobs);
    let page_of = ListPage::cut(&form, &asked, rows);
    let acts = [BulkAct { action: "/jobs/cancel", text: words::CANCEL_CHOSEN.of(language), emphasis: Emphasis::Danger }];
    let can = may && page_of.rows.iter().any(|row| row.can_be_chosen);
    let bulk = can.then(|| Bulk { csrf: visit.session.csrf(), acts: &acts, reason: None });
    let (body, path) = (office.list(visit, &form, &asked, page_of, bulk), form.here(&asked));
    let (status, notice) = told(language, news);
    let word = |words: face::Words| words.of(language);
    Ok(office.framed(visit, status, |frame| {
        page(&Page { title: word(words::TITLE), lead: Some(word(words::LEAD)), path: &path, notice, body, ..frame })
    }))
}

fn told(language: Language, news: &News) -> (StatusCode, Html) {
    let say = |tone, title: &str| banner(&Banner { language, tone, title, body: Html::empty() });
    match news {
        News::Nothing => (StatusCode::OK, Html::empty()),
        News::NothingChosen => (StatusCode::UNPROCESSABLE_ENTITY, say(Tone::Error, crate::words::NOTHING_CHOSEN.of(language))),
        News::GoOn(count) => (StatusCode::OK, say(Tone::Success, &words::GO_ON.with(language, &[("count", count)]))),
        News::NotUndone => (StatusCode::UNPROCESSABLE_ENTITY, say(Tone::Error, crate::words::NOT_UNDONE.of(language))),
        News::NothingCancelled => (StatusCode::OK, say(Tone::Warning, &words::CANCELLED_NOW.with(language, &[("count", &0)]))),
        News::Cancelled(notice) => (StatusCode::OK, notice.clone()),
    }
}

/// How far it is, and how much of it was not taken.
fn progress(work: &crate::WorkWords, language: Language, job: &Job) -> Cell {
    let (figures, count) = (figures(job), work.not_taken(job));
    if count == 0 {
        return Cell::text(&figures);
    }
    let told = words::NOT_TAKEN_COUNT.with(language, &[("count", &count)]);
    Cell::text(&format!("{figures} {told}")).shown(Html::all([Html::text(&figures), " ".into(), chip(Tone::Warning, &told)]))
}

fn row(office: &Office, language: Language, job: &Job) -> ListRow {
    let name = office.kind_word(language, &job.kind);
    let key = job.id.to_string();
    let cells = vec![
        Cell::text(&name).shown(link(&format!("{JOBS}/{key}"), &name)),
        Cell::text(state_word(language, job.state)).shown(state(language, job.state)),
        progress(&office.system.work, language, job).ranked(i64::try_from(job.progress.done).unwrap_or(i64::MAX)),
        Cell::text(who(&job.asked_by)),
        Cell::instant(job.created_at.as_millisecond()),
    ];
    let can_be_chosen = matches!(job.state, JobState::Waiting | JobState::Running | JobState::AwaitingApproval);
    ListRow { can_be_chosen, name: format!("{name} {key}"), key, cells }
}
