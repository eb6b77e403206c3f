//! `POST` from the resident network: people for whom organisations want codes.

use axum::extract::State;
use diesel::prelude::*;
use ledger::{PersonId, Seen};
use protocol::messages::Accepted;
use protocol::messages::network::Links;
use protocol::messages::relay::CodeRow;
use store::Tx;
use vault::Vault;
use vocabulary::{Entropy, Id128, ResidentRecordCode};
use wire::{Json, Once, Problem, RequestCaller};
use work::outbox::NewMessage;

use super::table::{code_delivery, linked_person, person_id};
use super::tell::NewCode;
use super::{Network, codes};
use crate::RefusedError;

/// Takes them in; each organisation hears its code from the outbox.
pub(super) async fn take(
    State(network): State<Network>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(request): Json<Links>,
) -> Result<Json<Accepted>, Problem> {
    let (room, clock, outbox) = (network.room.clone(), network.room.clock().clone(), network.outbox.clone());
    let answer = room.change(&caller, super::LINKS, move |tx, _| {
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let (mut to_relays, mut to_portal) = (Vec::new(), Vec::new());
            for row in &request.rows {
                let (person, link) = known(tx, network.room.vault(), network.entropy.as_ref(), &row.resident_record_code)?;
                let number = row.processing_number.as_bytes();
                let values = (
                    code_delivery::organisation.eq(row.organisation.to_string()),
                    code_delivery::processing_number.eq(number.as_slice()),
                    code_delivery::person.eq(person),
                );
                if store::insert_ignore!(tx, code_delivery::table, values)? == 1 {
                    let code = codes::code(network.room.vault(), &row.organisation, link)?;
                    let told = CodeRow { processing_number: row.processing_number, code };
                    let message = NewMessage::to(&row.organisation, told).about(person_id(&link));
                    if row.organisation.system() == "portal" { to_portal.push(message) } else { to_relays.push(message) }
                }
            }
            network.outbox.enqueue::<NewCode<false>>(tx, to_relays)?;
            network.outbox.enqueue::<NewCode<true>>(tx, to_portal)?;
            Ok::<_, RefusedError>(Accepted { accepted: request.rows.len() as u64 })
        })?;
        let named = named(tx, network.room.vault(), request.rows.iter().map(|row| &row.resident_record_code))?;
        Ok::<_, RefusedError>(Seen::people(named, answer))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}

fn index(vault: &Vault, code: &ResidentRecordCode) -> [u8; 16] {
    vault.blind("resident-record code", code.as_str().as_bytes())
}

/// The people of these codes, as the record of use names them.
fn named<'c>(
    tx: &mut Tx,
    vault: &Vault,
    codes: impl Iterator<Item = &'c ResidentRecordCode>,
) -> Result<Vec<PersonId<'static>>, RefusedError> {
    let indexes: Vec<[u8; 16]> = codes.map(|code| index(vault, code)).collect();
    let mut named = Vec::with_capacity(indexes.len());
    for indexes in indexes.chunks(1_000) {
        let those = linked_person::table.filter(linked_person::record_index.eq_any(indexes.iter().map(<[u8; 16]>::as_slice)));
        for link in those.select(linked_person::link_id).load::<Vec<u8>>(tx)? {
            named.push(person_id(&crate::id128(&link).ok_or(wire::Damaged("a link id"))?));
        }
    }
    Ok(named)
}

/// The person of a resident-record code and their link id; the code itself is kept as a blind index alone.
fn known(tx: &mut Tx, vault: &Vault, entropy: &dyn Entropy, code: &ResidentRecordCode) -> Result<(i64, Id128), RefusedError> {
    let index = index(vault, code);
    let found = linked_person::table.filter(linked_person::record_index.eq(index.as_slice()));
    let found: Option<(i64, Vec<u8>)> = found.select((linked_person::id, linked_person::link_id)).first(tx).optional()?;
    if let Some((person, link)) = found {
        return Ok((person, crate::id128(&link).ok_or(wire::Damaged("a link id"))?));
    }
    let person: i64 = linked_person::table.select(diesel::dsl::max(linked_person::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1;
    let link = entropy.id128();
    let values = (
        linked_person::id.eq(person),
        linked_person::record_index.eq(index.as_slice()),
        linked_person::link_id.eq(link.as_bytes().as_slice()),
    );
    diesel::insert_into(linked_person::table).values(values).execute(tx)?;
    Ok((person, link))
}
