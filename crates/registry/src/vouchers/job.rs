//! `POST` issue-vouchers.

use axum::extract::State;
use protocol::messages::registry::{IssueVouchers, IssuedVouchers};
use wire::{Asked, Json, Problem};

use crate::Registry;

/// Issues the vouchers of an extraction that are not issued yet.
pub(super) async fn issue(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(job): Json<IssueVouchers>,
) -> Result<Json<IssuedVouchers>, Problem> {
    let issued = crate::work(move || super::issue(&registry.room, &caller, job.extraction)).await?;
    Ok(Json(issued))
}
