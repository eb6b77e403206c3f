//! Sending answers to the network system.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Subject};
use wire::Signed;
use wire::messages::Outcome;
use wire::messages::network::{ANSWERS, AnswerDelivery};

use crate::table::{id128, provision};
use crate::{Relay, RelayError};

const SEND: Act = Act::new("relay:answers.send");
const BATCH: i64 = 500;

/// Sends every answer that is not acknowledged.
pub(crate) async fn pending(relay: &Relay, caller: &Caller) -> Result<(), RelayError> {
    let rows = relay.room.read(caller, SEND, Subject::None, |tx| {
        let query =
            provision::table.filter(provision::told.eq(0).and(provision::answer.is_not_null())).order(provision::asked_at).limit(BATCH);
        let columns = (provision::permit, provision::processing_number, provision::answer.assume_not_null());
        Ok::<Vec<(Vec<u8>, Vec<u8>, Vec<u8>)>, RelayError>(query.select(columns).load(tx)?)
    });
    let mut told = Vec::new();
    let mut problem = Ok(());
    for (permit, number, answer) in rows.await? {
        let delivery = AnswerDelivery { processing_number: id128(&number)?, answer: Signed::from_bytes(answer) };
        // A permit is answered once, so its name is the key of the sending.
        let sent: Result<Outcome, _> = relay.client.post(&relay.network, ANSWERS, id128(&permit)?, &delivery).await;
        match sent {
            Ok(_) => told.push(permit),
            Err(error) => problem = Err(error.into()),
        }
    }
    if !told.is_empty() {
        let write = relay.room.write(caller, SEND, move |tx, _| {
            diesel::update(provision::table.filter(provision::permit.eq_any(told))).set(provision::told.eq(1)).execute(tx)?;
            Ok::<_, RelayError>(())
        });
        write.await?;
    }
    problem
}
