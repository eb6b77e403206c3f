//! Sending answers to the network system.

use access::Caller;
use diesel::prelude::*;
use ledger::Act;
use protocol::Signed;
use protocol::messages::Outcome;
use protocol::messages::network::{ANSWERS, AnswerDelivery};

use crate::table::{id128, provision};
use crate::{Relay, RelayError};

const SEND: Act = Act::new("relay:answers.send");
const BATCH: i64 = 500;

/// Sends every answer that is not acknowledged.
pub(crate) async fn pending(relay: &Relay, caller: &Caller) -> Result<(), RelayError> {
    let rows = relay.room.waiting(caller, SEND, |tx, record| {
        let query =
            provision::table.filter(provision::told.eq(0).and(provision::answer.is_not_null())).order(provision::asked_at).limit(BATCH);
        let columns = (provision::permit, provision::processing_number, provision::answer.assume_not_null());
        let rows: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> = query.select(columns).load(tx)?;
        for (_, number, _) in &rows {
            record.subject(&id128(number)?.to_string());
        }
        Ok::<_, RelayError>(rows)
    });
    let (mut told, mut untakeable) = (Vec::new(), Vec::new());
    let mut problem = Ok(());
    for (permit, number, answer) in rows.await? {
        let delivery = AnswerDelivery { processing_number: id128(&number)?, answer: Signed::from_bytes(answer) };
        // A permit is answered once, so its name is the key of the sending.
        let sent: Result<Outcome, _> = relay.client.post(&relay.network, ANSWERS, id128(&permit)?, &delivery).await;
        match sent {
            Ok(_) => told.push(permit),
            Err(error) if crate::is_final(&error) => {
                tracing::error!(%error, "the network system will not take an answer");
                untakeable.push(permit);
            }
            Err(error) => {
                problem = Err(error.into());
                break;
            }
        }
    }
    settle(relay, caller, told, 1).await?;
    settle(relay, caller, untakeable, 2).await?;
    problem
}

/// What is settled is sent no more, and its sealed answer is kept no longer; the record of it stays.
async fn settle(relay: &Relay, caller: &Caller, permits: Vec<Vec<u8>>, as_told: i16) -> Result<(), RelayError> {
    if permits.is_empty() {
        return Ok(());
    }
    let write = relay.room.write(caller, SEND, move |tx, record| {
        record.note(format!("{} answers {}", permits.len(), if as_told == 1 { "sent" } else { "not taken" }));
        let those = provision::table.filter(provision::permit.eq_any(permits));
        diesel::update(those).set((provision::told.eq(as_told), provision::answer.eq(None::<Vec<u8>>))).execute(tx)?;
        Ok::<_, RelayError>(())
    });
    write.await
}
