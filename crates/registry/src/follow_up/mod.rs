//! 精検 (R-REG-8), 請求 (R-REG-10), 年次集計 (R-REG-11): made from what the records prove, and made anew whenever asked.

mod cases;
mod claims;
mod statistics;
pub(crate) mod table;

use access::Action;
use axum::extract::State;
use diesel::prelude::*;
use protocol::messages::registry as messages;
use vocabulary::Purpose;
use wire::{Asked, Json, Problem, Routes, peer};

use crate::results::table::examination;
use crate::{Registry, RegistryError};

pub(crate) const MAKE: Action = Action::personal("registry:follow-up.make");

/// What is asked of follow-up.
pub(crate) fn routes(registry: Registry) -> Routes<Registry> {
    Routes::of(registry).post(messages::FOLLOW_UP, peer(MAKE, Purpose::FollowUp).unkeyed(), make)
}

/// Makes the year's cases, claims and counts anew: the same records give the same.
async fn make(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(job): Json<messages::FollowUp>,
) -> Result<Json<messages::FollowedUp>, Problem> {
    let year = i32::from(job.fiscal_year.0);
    let made = crate::work(move || {
        registry.room.write_blocking(&caller, MAKE, |tx, record| {
            let (needs_detailed, digest) = cases::make(tx, &registry, year)?;
            let (claims, amount_yen) = claims::make(tx, &registry.catalogue, year)?;
            statistics::make(tx, year)?;
            let those = examination::table.filter(examination::fiscal_year.eq(year));
            let examined: i64 = those.count().get_result(tx)?;
            record.subjects(needs_detailed, digest);
            record.note(format!("fiscal year {year}: {needs_detailed} need a detailed examination, {claims} claims"));
            Ok::<_, RegistryError>(messages::FollowedUp {
                needs_detailed,
                claims,
                amount_yen,
                examined: u64::try_from(examined).unwrap_or(0),
            })
        })
    });
    Ok(Json(made.await?))
}
