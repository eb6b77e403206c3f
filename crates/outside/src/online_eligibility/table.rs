//! People by link number, cards by serial.

use axum::extract::State;
use diesel::prelude::*;
use ledger::{Act, PersonId, Seen};
use protocol::messages::console::Counts;
use store::Tx;
use vocabulary::{Entropy, Id128};
use wire::{Json, Problem, RequestCaller};

use super::OnlineEligibility;
use crate::RefusedError;

diesel::table! {
    insured (link_number) { link_number -> Binary, pmh_key -> Nullable<Binary>, pseudonym -> Binary, }
}
diesel::table! {
    insured_certificate (serial) { serial -> Text, link_number -> Binary, }
}

diesel::allow_tables_to_appear_in_same_query!(insured, insured_certificate);

/// What the record of use names a person by: the link number.
pub(super) fn person_id(link: &Id128) -> PersonId<'static> {
    PersonId::new(link.to_string())
}

/// The person is known, with a pseudonym of its own, from the first message that names the link number.
pub(super) fn known(tx: &mut Tx, entropy: &dyn Entropy, link: Id128) -> Result<(), RefusedError> {
    let pseudonym = entropy.id128();
    let values = (insured::link_number.eq(link.as_bytes().as_slice()), insured::pseudonym.eq(pseudonym.as_bytes().as_slice()));
    store::insert_ignore!(tx, insured::table, values, (insured::link_number))?;
    Ok(())
}

/// How much there is.
pub(super) async fn counts(State(state): State<OnlineEligibility>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    let counts = state.room.see(&caller, Act::from(super::COUNTS), |tx, _| {
        let people: i64 = insured::table.count().get_result(tx)?;
        let keys: i64 = insured::table.filter(insured::pmh_key.is_not_null()).count().get_result(tx)?;
        let certificates: i64 = insured_certificate::table.count().get_result(tx)?;
        let rows = [("people", people), ("keys", keys), ("certificates", certificates)];
        Ok::<_, RefusedError>(Seen::nobody(rows).map(Counts::of))
    });
    Ok(Json(counts.await?))
}
