//! `GET` an inquiry's state: the relay's, with the answer byte for byte.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::{atena::InquiryStatus, relay};
use vocabulary::Id128;
use wire::{Json, Path, Problem, RequestCaller};

use super::{forwarded, inquire, inquiry, keep};
use crate::persons::person;
use crate::{Atena, AtenaError};

/// The digest of an answer is kept when it passes for the first time.
pub(crate) async fn read(
    State(atena): State<Atena>,
    RequestCaller(caller): RequestCaller,
    Path(id): Path<Id128>,
) -> Result<Json<InquiryStatus>, Problem> {
    let at_relay = inquire::send(&atena, &caller, id).await?;
    let status: InquiryStatus = atena.client.get(&atena.relay, &relay::inquiry(at_relay)).await?;
    if let Some(answer) = &status.answer {
        let (came, clock) = (answer.digest(), atena.room.clock().clone());
        if status.digest.is_some_and(|said| said != came) {
            return Err(wire::BadAnswer("the answer's digest is not the relay's").into());
        }
        let write = atena.room.change(&caller, crate::routes::READ_INQUIRY, move |tx, _| {
            let whose: i64 = inquiry::table.find(id.as_bytes().to_vec()).select(inquiry::person).first(tx)?;
            let unified: String = person::table.find(whose).select(person::unified).first(tx)?;
            let before = forwarded::table.filter(forwarded::kind.eq("answer").and(forwarded::person.eq(whose)));
            let before = before.filter(forwarded::digest_in.eq(came.0.to_vec())).count().get_result::<i64>(tx)?;
            if before == 0 {
                keep(tx, "answer", &[(whose, came, came)], clock.now_ms())?;
            }
            Ok::<_, AtenaError>(Seen::person(crate::person_id(&unified), ()))
        });
        write.await?;
    }
    Ok(Json(status))
}
