//! Asking atena for codes of those who have none.

use access::Caller;
use diesel::prelude::*;
use ledger::Act;
use protocol::messages::Accepted;
use protocol::messages::atena::{self, CodeRequest, CodeRequests};
use vocabulary::UnifiedNumber;

use crate::table::{id128, person};
use crate::{Relay, RelayError};

const BATCH: i64 = 1_000;
const TELL: Act = Act::new("relay:codes.ask");

/// One batch; false when nobody is left.
pub(crate) async fn batch(relay: &Relay, caller: &Caller) -> Result<bool, RelayError> {
    let rows = relay.room.waiting(caller, TELL, |tx, record| {
        let query = person::table.filter(person::told.eq(0)).order(person::unified).limit(BATCH);
        let rows: Vec<(String, Vec<u8>)> = query.select((person::unified, person::processing_number)).load(tx)?;
        rows.iter().for_each(|(unified, _)| record.subject(unified));
        Ok::<_, RelayError>(rows)
    });
    let rows = rows.await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let mut asked = Vec::with_capacity(rows.len());
    for (unified, number) in &rows {
        let unified_number = UnifiedNumber::parse(unified).map_err(|_| RelayError::Malformed("a stored unified number"))?;
        asked.push(CodeRequest { processing_number: id128(number)?, unified_number });
    }
    // A processing number that atena knows has no effect there, so each try is a request of its own.
    let request_id = relay.entropy.id128();
    let message = CodeRequests { request_id, rows: asked };
    let taken: Accepted = relay.client.post(&relay.atena, atena::CODE_REQUESTS, request_id, &message).await?;
    if taken.accepted != rows.len() as u64 {
        return Err(RelayError::Malformed("atena does not know a unified number that it told"));
    }
    let told: Vec<String> = rows.into_iter().map(|(unified, _)| unified).collect();
    let write = relay.room.write(caller, TELL, move |tx, _| {
        diesel::update(person::table.filter(person::unified.eq_any(told))).set(person::told.eq(1)).execute(tx)?;
        Ok::<_, RelayError>(())
    });
    write.await?;
    Ok(true)
}
