//! What a job wrote: taken by whoever may ask for its kind of work, with everybody of whom it tells in the record of use.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use face::Keep;
use vocabulary::Id128;
use wire::{Path, Problem};

use crate::visit::with_headers;
use crate::{Office, Sent};

/// Sends it, part by part.
pub(super) async fn take(State(office): State<Office>, Path(id): Path<Id128>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let name = fields.get("name").to_owned();
    let job = office.jobs.find(id).await?;
    let caller = office.jobs.kind(&job.kind).and_then(|kind| office.asker(&visit.caller, &kind.action));
    let caller = caller.ok_or_else(|| Problem::forbidden("what work wrote is for those who may ask for that work"))?;
    let file = office.jobs.take_file(&caller, office.system.actions.job_files, id, &name).await?;
    Ok(with_headers(file.into_response(), Keep::Nothing))
}
