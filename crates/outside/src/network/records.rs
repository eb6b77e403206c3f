//! `POST` from the portal for the person: who asked for what, as both sides of each inquiry recorded it.

use std::collections::BTreeSet;

use axum::extract::State;
use diesel::prelude::*;
use ledger::Subject;
use vocabulary::MunicipalityCode;
use wire::messages::access_records::AccessHistoryRow;
use wire::messages::network::{AccessHistory, AccessHistoryRequest};
use wire::messages::relay::{self, AccessRecords, AccessRecordsRequest};
use wire::{Asked, Json, Party, Peer, Problem};

use super::table::{linked_person, permit};
use super::{Network, codes};
use crate::RefusedError;

/// Asks every organisation that was a side of one of the person's inquiries, each by its own code of the person.
pub(super) async fn read(
    State(network): State<Network>,
    Asked(caller): Asked,
    peer: Peer,
    Json(request): Json<AccessHistoryRequest>,
) -> Result<Json<AccessHistory>, Problem> {
    let link = codes::link(network.room.vault(), &peer.party, &request.portal_code)?;
    let subject = link.to_string();
    let sides = network.room.read(&caller, super::RECORDS, Subject::One(&subject), move |tx| {
        let query = permit::table
            .inner_join(linked_person::table.on(linked_person::id.eq(permit::person)))
            .filter(linked_person::link_id.eq(link.as_bytes().to_vec()))
            .select((permit::asker, permit::provider));
        Ok::<Vec<(String, String)>, RefusedError>(query.load(tx)?)
    });
    let sides: BTreeSet<String> = sides.await?.into_iter().flat_map(|(asker, provider)| [asker, provider]).collect();
    let mut history = AccessHistory { rows: Vec::new(), missing: Vec::new() };
    for side in sides {
        let party: Party = side.parse().map_err(|_| RefusedError::Malformed("an organisation's name"))?;
        let Some(organisation) = party.municipality() else { continue };
        match of_side(&network, &party, link).await {
            Ok(records) => history.rows.extend(records.rows.into_iter().map(|record| AccessHistoryRow { organisation, record })),
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
