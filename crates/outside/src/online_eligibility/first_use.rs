//! `POST` from the portal at a person's first use: the pseudonym and the PMH keys of a card, and no link number.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::Private;
use protocol::messages::online_eligibility::{FirstUse, FirstUseAnswer};
use wire::{Json, Problem, RequestCaller};

use super::OnlineEligibility;
use super::table::{cell, insured, insured_certificate, person_id};
use crate::RefusedError;
use crate::keys::open_id128;

/// 404 where the certificate is not known (yet).
pub(super) async fn answer(
    State(state): State<OnlineEligibility>,
    RequestCaller(caller): RequestCaller,
    Json(request): Json<FirstUse>,
) -> Result<Json<FirstUseAnswer>, Problem> {
    let (room, serial) = (state.room.clone(), request.certificate_serial);
    let found = room.see(&caller, super::FIRST_USES, move |tx, _| {
        let query = insured_certificate::table
            .inner_join(insured::table.on(insured::link_index.eq(insured_certificate::link_index)))
            .filter(insured_certificate::serial.eq(serial))
            .select((insured::link_index, insured::sealed_link, insured::sealed_pseudonym, insured::sealed_key));
        let found: Option<(Vec<u8>, Vec<u8>, Vec<u8>, Option<Vec<u8>>)> = query.first(tx).optional()?;
        let (index, link, pseudonym, key) = found.ok_or(wire::Unknown("the certificate"))?;
        let open = |column, sealed: &[u8]| open_id128(state.room.vault(), &cell(&index, column), sealed);
        let (link, pseudonym) = (open("sealed_link", &link)?, open("sealed_pseudonym", &pseudonym)?);
        let key = key.map(|key| open("sealed_key", &key)).transpose()?;
        Ok::<_, RefusedError>(Seen::person(person_id(&link), (pseudonym, key)))
    });
    let (pseudonym, key) = found.await?;
    let pmh_keys = key.map(Private::new).into_iter().collect();
    Ok(Json(FirstUseAnswer { pseudonym: Private::new(pseudonym), pmh_keys }))
}
