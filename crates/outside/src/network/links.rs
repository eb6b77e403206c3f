//! `POST` from the resident network: people for whom organisations want codes.

use axum::extract::State;
use diesel::prelude::*;
use protocol::messages::{Accepted, network::Links};
use store::Tx;
use vault::Vault;
use vocabulary::{Entropy, ResidentRecordCode};
use wire::{Asked, Json, Once, Problem};

use super::Network;
use super::table::{code_delivery, linked_person};
use crate::RefusedError;

/// Takes them in; each organisation hears its code from the background task.
pub(super) async fn take(
    State(network): State<Network>,
    Asked(caller): Asked,
    once: Once,
    Json(request): Json<Links>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock, bell) = (network.room.clone(), network.room.clock().clone(), network.bell.clone());
    let answer = room.write(&caller, super::LINKS, move |tx, record| {
        request.rows.iter().for_each(|row| record.subject(&row.processing_number.to_string()));
        once.run(tx, clock.as_ref(), |tx| {
            for row in &request.rows {
                let person = known(tx, network.room.vault(), network.entropy.as_ref(), &row.resident_record_code)?;
                let number = row.processing_number.as_bytes();
                let values = (
                    code_delivery::organisation.eq(row.organisation.to_string()),
                    code_delivery::processing_number.eq(number.as_slice()),
                    code_delivery::person.eq(person),
                    code_delivery::told.eq(0),
                );
                store::insert_ignore!(tx, code_delivery::table, values)?;
            }
            Ok::<_, RefusedError>(Accepted { accepted: request.rows.len() as u64 })
        })
    });
    let answer = answer.await?;
    bell.ring();
    Ok(Json(answer))
}

/// The person of a resident-record code; the code itself is kept as a blind index alone.
fn known(tx: &mut Tx, vault: &Vault, entropy: &dyn Entropy, code: &ResidentRecordCode) -> Result<i64, RefusedError> {
    let index = vault.blind("resident-record code", code.as_str().as_bytes());
    let found = linked_person::table.filter(linked_person::record_index.eq(index.as_slice())).select(linked_person::id);
    if let Some(person) = found.first::<i64>(tx).optional()? {
        return Ok(person);
    }
    let person: i64 = linked_person::table.select(diesel::dsl::max(linked_person::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1;
    let link = entropy.id128();
    let values = (
        linked_person::id.eq(person),
        linked_person::record_index.eq(index.as_slice()),
        linked_person::link_id.eq(link.as_bytes().as_slice()),
    );
    diesel::insert_into(linked_person::table).values(values).execute(tx)?;
    Ok(person)
}
