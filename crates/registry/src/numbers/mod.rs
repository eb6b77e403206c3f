//! 統合宛名番号: the number by which atena and the relay know a person; asked for once, with the individual numbers sealed to atena.

mod obtain;
pub(crate) mod table;

use access::Action;
use axum::extract::State;
use protocol::messages::{Nothing, registry as messages};
use vocabulary::Purpose;
use wire::{Asked, Json, Problem, Routes, peer};

use crate::Registry;

pub(crate) const NUMBER: Action = Action::number("registry:residents.number");

/// What is asked of numbering.
pub(crate) fn routes(registry: Registry) -> Routes<Registry> {
    Routes::of(registry).post(messages::UNIFIED_NUMBERS, peer(NUMBER, Purpose::Numbering).unkeyed(), take)
}

async fn take(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<messages::UnifiedNumbersObtained>, Problem> {
    Ok(Json(obtain::obtain(&registry, &caller).await?))
}
