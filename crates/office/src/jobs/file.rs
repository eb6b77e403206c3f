//! What a job wrote: taken in plain by whoever may ask for its kind of work and says what for, with everybody of whom it tells in the record of use.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use face::Keep;
use vocabulary::Id128;
use vocabulary::text::read_reason;
use wire::{Path, Problem};
use work::jobs::JobError;

use super::show::{hindered, shown};
use super::words;
use crate::visit::with_headers;
use crate::{Fields, Office, Sent};

/// What the fields for the reason begin with: there is one for each file.
pub(super) const REASON: &str = "reason";

/// Sends it, part by part.
pub(super) async fn take(State(office): State<Office>, Path(id): Path<Id128>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let name = fields.get("name").to_owned();
    let Some(reason) = reason(&fields) else {
        return shown(&office, &visit, id, StatusCode::UNPROCESSABLE_ENTITY, Some(words::NO_REASON)).await;
    };
    let job = office.jobs.find(id).await?;
    let caller = office.jobs.asker_of(&job, &visit.caller);
    let caller = caller.ok_or_else(|| Problem::forbidden("what work wrote is for those who may ask for that work"))?;
    match office.jobs.take_file(&caller, office.system.actions.job_files, id, &name, reason).await {
        Ok(file) => Ok(with_headers(file.into_response(), Keep::Nothing)),
        Err(error @ JobError::LongReason(_)) => shown(&office, &visit, id, StatusCode::UNPROCESSABLE_ENTITY, hindered(&error)).await,
        Err(error) => Err(error.into()),
    }
}

/// Why it is taken, if that was said.
fn reason(fields: &Fields) -> Option<&str> {
    fields.pairs().filter(|(name, _)| name.starts_with(REASON)).find_map(|(_, value)| read_reason(value))
}
