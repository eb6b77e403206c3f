//! `POST` from the portal at a person's first use: the pseudonym and the PMH keys of a card, and no link number.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::Private;
use protocol::messages::online_eligibility::{FirstUse, FirstUseAnswer};
use wire::{Json, Problem, RequestCaller};

use super::OnlineEligibility;
use super::table::{insured, insured_certificate, person_id};
use crate::RefusedError;

/// 404 where the certificate is not known (yet).
pub(super) async fn answer(
    State(state): State<OnlineEligibility>,
    RequestCaller(caller): RequestCaller,
    Json(request): Json<FirstUse>,
) -> Result<Json<FirstUseAnswer>, Problem> {
    let serial = request.certificate_serial;
    let found = state.room.see(&caller, super::FIRST_USES, move |tx, _| {
        let query = insured_certificate::table
            .inner_join(insured::table.on(insured::link_number.eq(insured_certificate::link_number)))
            .filter(insured_certificate::serial.eq(serial))
            .select((insured::link_number, insured::pseudonym, insured::pmh_key));
        let found: Option<(Vec<u8>, Vec<u8>, Option<Vec<u8>>)> = query.first(tx).optional()?;
        let (link, pseudonym, key) = found.ok_or(wire::Unknown("the certificate"))?;
        let link = crate::id128(&link).ok_or(wire::Damaged("a link number"))?;
        Ok::<_, RefusedError>(Seen::person(person_id(&link), (pseudonym, key)))
    });
    let (pseudonym, key) = found.await?;
    let pseudonym = crate::id128(&pseudonym).ok_or(wire::Damaged("a pseudonym"))?;
    let pmh_keys = key.and_then(|key| crate::id128(&key)).map(Private::new).into_iter().collect();
    Ok(Json(FirstUseAnswer { pseudonym: Private::new(pseudonym), pmh_keys }))
}
