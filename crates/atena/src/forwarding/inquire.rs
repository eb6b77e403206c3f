//! `POST` 情報照会: the registry's signed inquiry goes to the relay with the person's unified number beside it.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::Digest;
use protocol::messages::atena::{InquiryReceipt, InquiryRequest};
use protocol::messages::relay;
use vocabulary::{Id128, UnifiedNumber};
use wire::{Json, Once, Peer, Problem, RequestCaller};

use super::{inquiry, keep};
use crate::persons::{own_code, person};
use crate::{Atena, AtenaError};

/// Durable here first, then asked of the relay within the request, under the inquiry's own name as key.
pub(crate) async fn forward(
    State(atena): State<Atena>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(request): Json<InquiryRequest>,
) -> Result<Json<InquiryReceipt>, Problem> {
    let business = peer.party.system();
    let (id, clock) = (atena.entropy.id128(), atena.room.clock().clone());
    let code = request.resident_number;
    let receipt = atena.room.change(&caller, crate::routes::INQUIRE, move |tx, _| {
        let mine = own_code::table.inner_join(person::table.on(person::id.eq(own_code::person)));
        let mine = mine.filter(own_code::business.eq(business).and(own_code::code.eq(code.as_str())));
        let known: Option<(i64, String)> = mine.select((person::id, person::unified)).first(tx).optional()?;
        let who = known.as_ref().map(|(_, unified)| crate::person_id(unified).into_owned());
        let receipt = once.run(tx, clock.as_ref(), |tx| {
            let (person, unified) = known.ok_or(wire::Unknown("the own code"))?;
            let unified = UnifiedNumber::parse(&unified).map_err(|_| wire::Damaged("a unified number"))?;
            let body = relay::InquiryRequest {
                unified_number: unified,
                business: request.business,
                procedure: request.procedure,
                information: request.information,
                from: request.from,
                to: request.to,
                provider: request.provider,
                envelope: request.envelope.clone(),
            };
            let came: Digest = request.envelope.digest();
            keep(tx, "inquiry", &[(person, came, body.envelope.digest())], clock.now_ms())?;
            let body = serde_json::to_vec(&body).map_err(|_| wire::Defect("an inquiry that cannot be written"))?;
            let values = (
                inquiry::id.eq(id.as_bytes().to_vec()),
                inquiry::person.eq(person),
                inquiry::body.eq(body),
                inquiry::at.eq(clock.now_ms()),
            );
            diesel::insert_into(inquiry::table).values(values).execute(tx)?;
            Ok::<_, AtenaError>(InquiryReceipt { inquiry: id })
        })?;
        Ok::<_, AtenaError>(Seen::people(who, receipt))
    });
    let receipt = receipt.await?;
    send(&atena, &caller, receipt.inquiry).await?;
    Ok(Json(receipt))
}

/// Asks the relay, unless it has acknowledged already; its name of the inquiry is kept.
pub(crate) async fn send(atena: &Atena, caller: &access::Caller, id: Id128) -> Result<Id128, AtenaError> {
    let row = atena.room.see(caller, crate::routes::INQUIRE, move |tx, _| {
        let row = inquiry::table.find(id.as_bytes().to_vec()).select((inquiry::body, inquiry::relay_inquiry, inquiry::person));
        let found: Option<(Vec<u8>, Option<Vec<u8>>, i64)> = row.first(tx).optional()?;
        let Some((body, known, whose)) = found else { return Ok(Seen::nothing()) };
        let unified: String = person::table.find(whose).select(person::unified).first(tx)?;
        let who = crate::person_id(&unified).into_owned();
        Ok::<_, AtenaError>(Seen::person(who, Some((body, known, unified))))
    });
    let (body, known, unified) = row.await?.ok_or(wire::Unknown("the inquiry"))?;
    if let Some(known) = known {
        return Ok(Id128::from_bytes(known.try_into().map_err(|_| wire::Damaged("an inquiry"))?));
    }
    let body: relay::InquiryRequest = serde_json::from_slice(&body).map_err(|_| wire::Damaged("an inquiry"))?;
    let receipt: InquiryReceipt = atena.client.post(&atena.relay, relay::INQUIRIES, id, &body).await?;
    let write = atena.room.change(caller, crate::routes::INQUIRE, move |tx, _| {
        let relay = receipt.inquiry.as_bytes().to_vec();
        diesel::update(inquiry::table.find(id.as_bytes().to_vec())).set(inquiry::relay_inquiry.eq(relay)).execute(tx)?;
        Ok::<_, AtenaError>(Seen::person(crate::person_id(&unified), receipt.inquiry))
    });
    write.await
}
