//! What a person does to a job: recorded with it, in one transaction.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vocabulary::Id128;
use wire::{Path, Problem};
use work::jobs::Change;

use super::JOBS;
use super::show::{hindered, shown};
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
    match office.jobs.change(&visit.caller, office.system.actions.manage_jobs, id, change).await {
        Ok(_) => Ok(see_other(&format!("{JOBS}/{id}"))),
        Err(error) => match hindered(&error) {
            Some(why) => shown(office, &visit, id, StatusCode::CONFLICT, Some(why)).await,
            None => Err(error.into()),
        },
    }
}
