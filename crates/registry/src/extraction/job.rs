//! `POST` extract.

use std::sync::Arc;

use axum::extract::State;
use protocol::messages::registry::{Extract, Extracted};
use wire::{Asked, Json, Problem};

use super::make;
use crate::Registry;

/// Makes the extraction, or finds the one that is the same.
pub(super) async fn extract(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(job): Json<Extract>,
) -> Result<Json<Extracted>, Problem> {
    let (room, catalogue) = (registry.room, Arc::clone(&registry.catalogue));
    let made = crate::work(move || make(&room, &caller, &catalogue, job.fiscal_year, job.on)).await?;
    Ok(Json(made))
}
