//! What a person does to a job: recorded with it, in one transaction.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vocabulary::Id128;
use wire::{Path, Problem};
use work::jobs::{Change, JobError};

use super::show::{hindered, look, shown};
use super::{JOBS, words};
use crate::{Office, Sent, see_other};

/// Stops it.
pub(super) async fn cancel(State(office): State<Office>, Path(id): Path<Id128>, sent: Sent) -> Result<Response, Problem> {
    change(&office, id, sent, Change::Cancel).await
}

/// Lets it go on.
pub(super) async fn resume(State(office): State<Office>, Path(id): Path<Id128>, sent: Sent) -> Result<Response, Problem> {
    change(&office, id, sent, Change::Resume).await
}

/// The second person's word.
pub(super) async fn approve(State(office): State<Office>, Path(id): Path<Id128>, sent: Sent) -> Result<Response, Problem> {
    change(&office, id, sent, Change::Approve).await
}

async fn change(office: &Office, id: Id128, Sent { visit, .. }: Sent, change: Change) -> Result<Response, Problem> {
    let why = match office.jobs.change(&visit.caller, office.system.actions.manage_jobs, id, change).await {
        Ok(_) => return Ok(see_other(&format!("{JOBS}/{id}"))),
        Err(JobError::NotNow(_)) => words::NOT_NOW,
        Err(JobError::SamePerson) => face::words::APPROVAL_OWN,
        Err(JobError::NotTwoPeople) => words::NOT_TWO_PEOPLE,
        Err(JobError::NotPermitted) => words::NOT_YOURS,
        Err(error) => match hindered(&error) {
            Some(words) => words,
            None => return Err(error.into()),
        },
    };
    let job = look(office, &visit, id).await?;
    let hindrance = office.jobs.hindrance(&job).await?;
    shown(office, &visit, (&job, hindrance), StatusCode::CONFLICT, Some(why.of(visit.guest.language))).await
}
