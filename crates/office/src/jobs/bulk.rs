//! What is done to the jobs that were chosen, and undone: each is an act of its own in the record of use.

use axum::extract::State;
use axum::response::Response;
use vocabulary::Id128;
use wire::Problem;
use work::jobs::{Change, JobError};

use super::list::{News, listed};
use super::{UNDO_PATH, words};
use crate::{Office, Sent, Touched};

/// Stops them.
pub(super) async fn cancel(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let chosen: Vec<Id128> = fields.rows();
    if chosen.is_empty() {
        return listed(&office, &visit, &News::NothingChosen).await;
    }
    let (at, mut cancelled) = (office.clock.now_ms(), Vec::new());
    for id in chosen {
        let done = office.jobs.change(&visit.caller, office.system.actions.manage_jobs, id, Change::CancelAt(at)).await;
        cancelled.extend(was_done(done)?.then_some(id));
    }
    if cancelled.is_empty() {
        return listed(&office, &visit, &News::NothingCancelled).await;
    }
    let title = words::CANCELLED_NOW.with(visit.guest.language, &[("count", &cancelled.len())]);
    let touched = Touched { at, rows: cancelled.iter().map(Id128::to_string).collect() };
    listed(&office, &visit, &News::Cancelled(office.undoable(&visit, UNDO_PATH, &title, &touched)?)).await
}

/// Lets those go on that the act stopped: from where they stood, and no further than a second person has let them.
pub(super) async fn undo(State(office): State<Office>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let Some(touched) = office.touched(&visit, UNDO_PATH, &fields) else { return listed(&office, &visit, &News::NotUndone).await };
    let mut count = 0;
    for id in touched.rows.iter().filter_map(|key| key.parse::<Id128>().ok()) {
        let done = office.jobs.change(&visit.caller, office.system.actions.manage_jobs, id, Change::TakeBack(touched.at)).await;
        count += usize::from(was_done(done)?);
    }
    listed(&office, &visit, &News::GoOn(count)).await
}

/// One that has come to its end meanwhile, that somebody else has stopped or let go on, or that is not for this person to let go on, is not counted.
fn was_done<T>(outcome: Result<T, JobError>) -> Result<bool, JobError> {
    match outcome {
        Ok(_) => Ok(true),
        Err(JobError::NotNow(_) | JobError::NotPermitted | JobError::Unknown) => Ok(false),
        Err(error) => Err(error),
    }
}
