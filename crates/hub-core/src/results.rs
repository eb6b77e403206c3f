//! `GET` of results by the registry whose they are; they carry the municipality's own key and no number.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::{After, hub::HubResults};
use vault::Cell;
use wire::{Json, Problem, Query, RequestCaller};

use crate::table::{result, unseal};
use crate::{Hub, HubError};

const BATCH: i64 = 1_000;

/// The next rows of the caller's own municipality; asked again, the same again.
pub(crate) async fn read(
    State(hub): State<Hub>,
    RequestCaller(caller): RequestCaller,
    Query(After { after }): Query<After>,
) -> Result<Json<HubResults>, Problem> {
    let city = hub.city_of(&caller).await?;
    let inside = city.clone();
    let rows = city.room.see(&caller, crate::routes::RESULTS, move |tx, _| {
        let those = result::table.filter(result::sequence.gt(after)).order(result::sequence).limit(BATCH);
        let those: Vec<(i64, String, Vec<u8>)> = those.select((result::sequence, result::identity_key, result::body)).load(tx)?;
        let people: Vec<_> = those.iter().map(|(_, name, _)| crate::person_id(name).into_owned()).collect();
        let rows = those
            .into_iter()
            .map(|(sequence, _, body)| unseal(inside.room.vault(), &Cell::new("result", &sequence.to_be_bytes(), "body"), &body));
        Ok::<_, HubError>(Seen::people(people, HubResults { rows: rows.collect::<Result<_, HubError>>()? }))
    });
    Ok(Json(rows.await?))
}
