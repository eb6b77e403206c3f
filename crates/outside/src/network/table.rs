//! The network system's tables.

use axum::extract::State;
use diesel::prelude::*;
use ledger::{Act, PersonId, Seen};
use protocol::messages::console::Counts;
use vocabulary::Id128;
use wire::{Json, Problem, RequestCaller};

use super::Network;
use crate::RefusedError;

diesel::table! {
    linked_person (id) { id -> BigInt, record_index -> Binary, link_id -> Binary, }
}
diesel::table! {
    code_delivery (organisation, processing_number) { organisation -> Text, processing_number -> Binary, person -> BigInt, }
}
diesel::table! {
    permit (id) {
        id -> Binary, processing_number -> Binary, asker -> Text, provider -> Text, person -> BigInt, business -> Text, information -> Text,
        asked -> Binary, receiving_key -> Binary, answer_digest -> Nullable<Binary>, state -> Text, asked_at -> BigInt, answered_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    former_permit (id) { id -> Binary, permit -> Binary, }
}

diesel::allow_tables_to_appear_in_same_query!(linked_person, permit);

/// What the record of use names a person by: the link id, which no organisation knows.
pub(super) fn person_id(link: &Id128) -> PersonId<'static> {
    PersonId::new(link.to_string())
}

/// Where a permit stands: given, taken by the provider, answered, the answer taken by the asker; refused when a side will not take its part.
pub(super) mod state {
    pub(crate) const PERMITTED: &str = "permitted";
    pub(crate) const SENT: &str = "sent";
    pub(crate) const ANSWERED: &str = "answered";
    pub(crate) const PASSED: &str = "passed";
    pub(crate) const REFUSED: &str = "refused";
}

/// How much there is.
pub(super) async fn counts(State(network): State<Network>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    let counts = network.room.see(&caller, Act::from(super::COUNTS), |tx, _| {
        let people: i64 = linked_person::table.count().get_result(tx)?;
        let codes: i64 = code_delivery::table.count().get_result(tx)?;
        let permits: i64 = permit::table.count().get_result(tx)?;
        let passed: i64 = permit::table.filter(permit::state.eq(state::PASSED)).count().get_result(tx)?;
        let rows = [("people", people), ("codes", codes), ("permits", permits), ("answersPassed", passed)];
        Ok::<_, RefusedError>(Seen::nobody(rows).map(Counts::of))
    });
    Ok(Json(counts.await?))
}
