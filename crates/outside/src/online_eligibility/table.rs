//! People by link number, cards by serial.

use axum::extract::State;
use diesel::prelude::*;
use ledger::{Act, PersonId, Seen};
use protocol::messages::console::Counts;
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::{Entropy, Id128};
use wire::{Json, Problem, RequestCaller};

use super::OnlineEligibility;
use crate::RefusedError;

diesel::table! {
    insured (link_index) {
        link_index -> Binary, sealed_link -> Binary, key_index -> Nullable<Binary>, sealed_key -> Nullable<Binary>, sealed_pseudonym -> Binary,
    }
}
diesel::table! {
    insured_certificate (serial) { serial -> Text, link_index -> Binary, }
}

diesel::allow_tables_to_appear_in_same_query!(insured, insured_certificate);

/// What the record of use names a person by: the link number.
pub(super) fn person_id(link: &Id128) -> PersonId<'static> {
    PersonId::new(link.to_string())
}

/// A sealed cell of whoever has the link number of this index.
pub(super) fn cell<'a>(link_index: &'a impl AsRef<[u8]>, column: &'a str) -> Cell<'a> {
    Cell::new("insured", link_index, column)
}

/// The person is known, with a pseudonym of its own, from the first message that names the link number → its index.
pub(super) fn known(tx: &mut Tx, vault: &Vault, entropy: &dyn Entropy, link: Id128) -> Result<[u8; 16], RefusedError> {
    let index = vault.blind("link number", link.as_bytes());
    let values = (
        insured::link_index.eq(index.as_slice()),
        insured::sealed_link.eq(vault.seal(&cell(&index, "sealed_link"), link.as_bytes())?),
        insured::sealed_pseudonym.eq(vault.seal(&cell(&index, "sealed_pseudonym"), entropy.id128().as_bytes())?),
    );
    store::insert_ignore!(tx, insured::table, values, (insured::link_index))?;
    Ok(index)
}

/// How much there is.
pub(super) async fn counts(State(state): State<OnlineEligibility>, RequestCaller(caller): RequestCaller) -> Result<Json<Counts>, Problem> {
    let counts = state.room.see(&caller, Act::from(super::COUNTS), |tx, _| {
        let people: i64 = insured::table.count().get_result(tx)?;
        let keys: i64 = insured::table.filter(insured::key_index.is_not_null()).count().get_result(tx)?;
        let certificates: i64 = insured_certificate::table.count().get_result(tx)?;
        let rows = [("people", people), ("keys", keys), ("certificates", certificates)];
        Ok::<_, RefusedError>(Seen::nobody(rows).map(Counts::of))
    });
    Ok(Json(counts.await?))
}
