//! What a person does to a job: recorded with it, in one transaction.

use access::Action;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use store::Tx;
use vocabulary::Id128;
use wire::{Path, Problem};
use work::jobs::{JobError, Jobs};

use super::show::{hindered, shown};
use super::{JOBS, words};
use crate::{Office, Sent, Visit, see_other};

/// Stops it.
pub(super) async fn cancel(State(office): State<Office>, Path(id): Path<Id128>, sent: Sent) -> Result<Response, Problem> {
    change(&office, id, sent, "cancelled", move |jobs, tx| jobs.cancel(tx, id)).await
}

/// Lets it go on.
pub(super) async fn resume(State(office): State<Office>, Path(id): Path<Id128>, sent: Sent) -> Result<Response, Problem> {
    let may = may(&office, &sent.visit);
    let resume = move |jobs: &Jobs, tx: &mut Tx| {
        jobs.permitted(tx, id, &may)?;
        jobs.resume(tx, id)
    };
    change(&office, id, sent, "resumed", resume).await
}

/// The second person's word.
pub(super) async fn approve(State(office): State<Office>, Path(id): Path<Id128>, sent: Sent) -> Result<Response, Problem> {
    let (by, may) = (sent.visit.caller.clone(), may(&office, &sent.visit));
    let approve = move |jobs: &Jobs, tx: &mut Tx| {
        jobs.permitted(tx, id, &may)?;
        jobs.approve(tx, id, &by)
    };
    change(&office, id, sent, "approved", approve).await
}

/// Whether the visitor may do an action, for what that is for: work of a kind is for those who may ask for it.
pub(super) fn may(office: &Office, visit: &Visit) -> impl Fn(&Action) -> bool + Send + 'static {
    let (office, caller) = (office.clone(), visit.caller.clone());
    move |action| office.asker(&caller, action).is_some()
}

async fn change(
    office: &Office,
    id: Id128,
    Sent { visit, .. }: Sent,
    note: &'static str,
    f: impl FnOnce(&Jobs, &mut Tx) -> Result<(), JobError> + Send + 'static,
) -> Result<Response, Problem> {
    let why = match office.jobs.change(&visit.caller, office.system.actions.manage_jobs, id, note, f).await {
        Ok(_) => return Ok(see_other(&format!("{JOBS}/{id}"))),
        Err(JobError::NotNow(_)) => words::NOT_NOW,
        Err(JobError::SamePerson) => words::OWN,
        Err(JobError::NotPermitted) => words::NOT_YOURS,
        Err(error) => match hindered(&error) {
            Some(words) => words,
            None => return Err(error.into()),
        },
    };
    let job = office.jobs.find(id).await?;
    let hindrance = office.jobs.hindrance(&job).await?;
    shown(office, &visit, (&job, hindrance), StatusCode::CONFLICT, Some(why.of(visit.guest.language))).await
}
