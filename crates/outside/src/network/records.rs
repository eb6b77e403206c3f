//! `POST` from the portal for the person: who asked for what, as both sides of each inquiry recorded it.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::access_records::AccessHistoryRow;
use protocol::messages::network::{AccessHistory, AccessHistoryRequest};
use protocol::messages::relay::{self, AccessRecords, AccessRecordsRequest};
use vocabulary::{MunicipalityCode, Party};
use wire::{Json, Peer, Problem, RequestCaller};

use super::table::{code_delivery, linked_person, permit, person_id};
use super::{Network, codes};
use crate::RefusedError;

/// Asks every organisation that has a code of the person or was a side of an inquiry about them, each by its own code: one that asked and
/// got no permit has that on record too.
pub(super) async fn read(
    State(network): State<Network>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    Json(request): Json<AccessHistoryRequest>,
) -> Result<Json<AccessHistory>, Problem> {
    let link = codes::link(network.room.vault(), &peer.party, &request.portal_code)?;
    let sides = network.room.see(&caller, super::RECORDS, move |tx, _| {
        let person = linked_person::table.filter(linked_person::link_id.eq(link.as_bytes().to_vec())).select(linked_person::id);
        let person: i64 = person.first(tx).optional()?.ok_or(wire::Unknown("the code"))?;
        let permits: Vec<(String, String)> =
            permit::table.filter(permit::person.eq(person)).select((permit::asker, permit::provider)).load(tx)?;
        let with_code = code_delivery::table.filter(code_delivery::person.eq(person)).select(code_delivery::organisation).distinct();
        let mut sides: BTreeSet<String> = with_code.load(tx)?.into_iter().collect();
        sides.extend(permits.into_iter().flat_map(|(asker, provider)| [asker, provider]));
        Ok::<_, RefusedError>(Seen::person(person_id(&link), sides))
    });
    let sides = sides.await?;
    let mut history = AccessHistory { rows: Vec::new(), missing: Vec::new() };
    for side in sides {
        let party: Party = side.parse().map_err(|_| wire::Damaged("an organisation's name"))?;
        let Some(organisation) = party.municipality() else { continue };
        match of_side(&network, &party, link).await {
            Ok(records) => history.rows.extend(records.rows.into_iter().map(|record| AccessHistoryRow { organisation, record })),
            // It never came to know the person: there is nothing, and nothing is missing.
            Err(RefusedError::Cause(wire::Cause::Peer(error))) if error.is_status(StatusCode::NOT_FOUND) => {}
            Err(error) => missing(&mut history, organisation, &error),
        }
    }
    history.rows.sort_by_key(|row| (row.record.asked_at, row.record.processing_number, row.organisation));
    Ok(Json(history))
}

async fn of_side(network: &Network, party: &Party, link: vocabulary::Id128) -> Result<AccessRecords, RefusedError> {
    let request = AccessRecordsRequest { code: codes::code(network.room.vault(), party, link)? };
    Ok(network.client.ask(party, relay::ACCESS_RECORDS, &request).await?)
}

fn missing(history: &mut AccessHistory, organisation: MunicipalityCode, error: &RefusedError) {
    tracing::warn!(%organisation, %error, "access records could not be asked for");
    history.missing.push(organisation);
}
