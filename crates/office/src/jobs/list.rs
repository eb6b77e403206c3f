//! The newest jobs, all or those in some states.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Column, Filter, SortColumn, WorkList, WorkRow, link, work_list};
use face::{Language, Page, page};
use ledger::Subject;
use protocol::messages::jobs::{Job, JobState};
use wire::Problem;

use super::state::{figures, state, who};
use super::{JOBS, words};
use crate::{Office, Visit, instant};

/// What a filter is called in the address, and the states that it shows.
const FILTERS: [(&str, face::Words, &[JobState]); 4] = [
    ("", words::ALL, &JobState::ALL),
    ("going", words::GOING, &[JobState::Waiting, JobState::Running]),
    ("stopped", words::STOPPED, &[JobState::AwaitingApproval, JobState::Refused, JobState::Failed, JobState::Cancelled]),
    ("done", words::ENDED, &[JobState::Done]),
];

/// Lists them.
pub(super) async fn list(State(office): State<Office>, visit: Visit) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let jobs = office.jobs.clone();
    let newest = office.room.read(&visit.caller, office.system.actions.jobs, Subject::None, move |tx| jobs.newest(tx)).await?;
    let asked = visit.guest.query.get("state").map_or("", String::as_str);
    let shown = FILTERS.iter().find(|(name, ..)| *name == asked).map_or(JobState::ALL.as_slice(), |(.., states)| states);
    let rows = newest.iter().filter(|job| shown.contains(&job.state)).map(|job| row(&office, language, job)).collect();
    let hrefs = FILTERS.map(|(name, ..)| if name.is_empty() { JOBS.to_owned() } else { format!("{JOBS}?state={name}") });
    let filters: Vec<Filter<'_>> = FILTERS
        .iter()
        .zip(&hrefs)
        .map(|((name, words, _), href)| Filter { href, text: words.of(language), is_current: *name == asked })
        .collect();
    let word = |words: face::Words| words.of(language);
    let columns = [
        Column::text(word(words::KIND)),
        Column::text(word(words::STATE)),
        Column::number(word(words::PROGRESS)),
        Column::text(word(words::ASKED_BY)),
        Column::text(word(words::ASKED_AT)),
    ]
    .map(SortColumn::fixed);
    let caption = word(words::NEWEST);
    let body = work_list(&WorkList { language, caption, filters: &filters, columns: &columns, rows, bulk: None, first: None, next: None });
    Ok(office
        .framed(&visit, StatusCode::OK, |frame| page(&Page { title: word(words::TITLE), lead: Some(word(words::LEAD)), body, ..frame })))
}

fn row(office: &Office, language: Language, job: &Job) -> WorkRow {
    let name = office.kind_word(language, &job.kind);
    let cells = vec![
        link(&format!("{JOBS}/{}", job.id), &name),
        state(language, job.state),
        figures(job).into(),
        who(&job.asked_by).into(),
        instant(job.created_at.as_millisecond()).into(),
    ];
    WorkRow { key: None, name, cells }
}
