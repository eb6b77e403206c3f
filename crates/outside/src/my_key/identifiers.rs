//! `POST` from a party that shows people's cards: the identifier of the card's person for one party.

use axum::extract::State;
use diesel::prelude::*;
use ledger::{PersonId, Seen};
use protocol::Private;
use protocol::messages::console::Counts;
use protocol::messages::my_key::{Identifier, IdentifierRequest};
use vocabulary::{Id128, Party};
use wire::{Json, Peer, Problem, RequestCaller};

use super::MyKey;
use crate::RefusedError;

diesel::table! {
    my_key_card (serial_index) { serial_index -> Binary, my_key -> Binary, first_seen_at -> BigInt, }
}

/// Which party may be linked through which: people reach the hub through the portal, and nothing else is asked for on another's behalf.
const LINKED_THROUGH: &[(&str, &str)] = &[("hub-edge", "portal")];

/// The same again is the same identifier; a card that was never shown gets a my key of 128 random bits.
pub(super) async fn give(
    State(state): State<MyKey>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    Json(request): Json<IdentifierRequest>,
) -> Result<Json<Identifier>, Problem> {
    let linked = request.linked;
    if linked != peer.party && !LINKED_THROUGH.contains(&(linked.system(), peer.party.system())) {
        return Err(wire::Forbidden("a party asks for itself, or for one that is linked through it").into());
    }
    let (vault, now) = (state.room.vault().clone(), state.room.clock().now_ms());
    let given = state.room.change(&caller, super::IDENTIFIERS, move |tx, _record| {
        let index = vault.blind("my-key serial", request.certificate_serial.as_bytes());
        let new = state.entropy.id128();
        let row = (
            my_key_card::serial_index.eq(index.as_slice()),
            my_key_card::my_key.eq(new.as_bytes().as_slice()),
            my_key_card::first_seen_at.eq(now),
        );
        store::insert_ignore!(tx, my_key_card::table, row, (my_key_card::serial_index))?;
        let my_key: Vec<u8> = my_key_card::table.find(index.as_slice()).select(my_key_card::my_key).first(tx)?;
        let person = crate::id128(&my_key).ok_or(wire::Damaged("a my key"))?;
        let person = PersonId::new(person.to_string());
        let identifier = Identifier { identifier: Private::new(Id128::from_bytes(vault.blind(&index_of(&linked), &my_key))) };
        Ok::<_, RefusedError>(Seen::person(person, identifier))
    });
    Ok(Json(given.await?))
}

/// The name of the index whose values are a party's identifiers.
fn index_of(linked: &Party) -> String {
    format!("my-key identifier {linked}")
}

/// How much there is.
pub(super) async fn counts(State(state): State<MyKey>, RequestCaller(_): RequestCaller) -> Result<Json<Counts>, Problem> {
    let cards: i64 = state.room.count(|tx| Ok::<i64, RefusedError>(my_key_card::table.count().get_result(tx)?)).await?;
    Ok(Json(Counts::of([("cards", cards)])))
}
