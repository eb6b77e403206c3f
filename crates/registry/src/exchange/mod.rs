//! 情報提供 and 情報照会 (R-REG-12): replicas for the relay, inquiries to other municipalities, their answers.

mod answers;
mod content;
mod inquire;
mod job;
mod mark;
mod send;
pub(crate) mod table;

use access::Caller;
use protocol::messages::registry as messages;
use vocabulary::Purpose;
use wire::{Routes, peer};

use crate::{Registry, RegistryError};

access::actions! {
    MAKE = personal "registry:replicas.make" for Provision, "副本の登録", "Replicas";
    INQUIRE = personal "registry:inquiries.make" for Inquiry, "情報照会", "Inquiry";
    FETCH = personal "registry:answers.fetch" for Inquiry, "照会への回答の取得", "Answer to an inquiry";
}

/// What is asked of the exchange.
pub(crate) fn routes(registry: Registry) -> Routes<Registry> {
    Routes::of(registry)
        .post(messages::MAKE_REPLICAS, peer(MAKE).unkeyed(), job::make_replicas)
        .post(messages::INQUIRE, peer(INQUIRE).unkeyed(), job::inquire)
        .post(messages::FETCH_ANSWERS, peer(FETCH).unkeyed(), job::fetch_answers)
}

/// One round of what waits to be sent: inquiries and replicas. One that fails does not hold up the other.
///
/// What waits is counted without the record first: a background task that finds nothing has read nobody's data.
pub(crate) async fn pending(registry: &Registry, caller: &Caller) -> Result<(), RegistryError> {
    use diesel::prelude::*;
    use table::{inquiry, replica_sent, state};
    let waiting = registry.room.raw().read(|tx| {
        let inquiries: i64 = inquiry::table.filter(inquiry::state.eq(state::PENDING)).count().get_result(tx)?;
        let replicas: i64 = replica_sent::table.filter(replica_sent::state.eq(state::PENDING)).count().get_result(tx)?;
        Ok::<_, RegistryError>(inquiries + replicas)
    });
    if waiting.await? == 0 {
        return Ok(());
    }
    let inquiries = inquire::send(registry, &caller.for_purpose(Purpose::Inquiry)).await;
    let replicas = send::round(registry, &caller.for_purpose(Purpose::Provision)).await;
    inquiries.map(|_| ()).and(replicas.map(|_| ()))
}
