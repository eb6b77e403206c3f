//! What atena has to send: unified numbers and withdrawals to the relay, code requests with their numbers to the resident network.

use access::Caller;
use diesel::prelude::*;
use ledger::Act;
use protocol::messages::Accepted;
use protocol::messages::relay::{self, UnifiedNumbers, Withdrawals};
use protocol::messages::resident_network::{self, CodeRequest, CodeRequests};
use protocol::sealing::Batch;
use vault::Cell;
use vocabulary::{Id128, UnifiedNumber};
use zeroize::Zeroizing;

use super::{code_request, person, withdrawal};
use crate::{Atena, AtenaError};

const BATCH: i64 = 1_000;
const TELL: Act = Act::new("atena:others.tell");

/// Sends all that is pending, a batch at a time; the relay's failure does not hold up the resident network's.
pub(crate) async fn pending(atena: Atena, caller: Caller) -> Result<(), AtenaError> {
    let numbers = async {
        while unified_numbers(&atena, &caller).await? {}
        Ok::<_, AtenaError>(())
    }
    .await;
    let codes = async {
        while codes(&atena, &caller).await? {}
        Ok::<_, AtenaError>(())
    }
    .await;
    let withdrawn = withdrawals(&atena, &caller).await;
    numbers.and(codes).and(withdrawn)
}

/// Each under a key of its own, which it keeps through every try: sent again it withdraws nothing that was stored since.
pub(crate) async fn withdrawals(atena: &Atena, caller: &Caller) -> Result<(), AtenaError> {
    let rows = atena.room.waiting(caller, TELL, |tx, record| {
        let query = withdrawal::table
            .inner_join(person::table.on(person::id.eq(withdrawal::person)))
            .filter(withdrawal::told.eq(0))
            .select((withdrawal::id, person::unified));
        let rows: Vec<(Vec<u8>, String)> = query.load(tx)?;
        rows.iter().for_each(|(_, unified)| record.subject(unified));
        Ok::<_, AtenaError>(rows)
    });
    for (id, unified) in rows.await? {
        let unified = UnifiedNumber::parse(&unified).map_err(|_| AtenaError::Malformed("a stored unified number"))?;
        let key = id.as_slice().try_into().map(Id128::from_bytes).map_err(|_| AtenaError::Malformed("a stored withdrawal"))?;
        let message = Withdrawals { unified_numbers: vec![unified] };
        let _: Accepted = atena.client.post(&atena.relay, relay::WITHDRAWALS, key, &message).await?;
        let write = atena.room.write(caller, TELL, move |tx, record| {
            record.subject(unified.as_str());
            record.note("replicas withdrawn");
            diesel::update(withdrawal::table.find(id)).set(withdrawal::told.eq(1)).execute(tx)?;
            Ok::<_, AtenaError>(())
        });
        write.await?;
    }
    Ok(())
}

async fn unified_numbers(atena: &Atena, caller: &Caller) -> Result<bool, AtenaError> {
    let rows = atena.room.waiting(caller, TELL, |tx, record| {
        let query = person::table.filter(person::told.eq(0)).order(person::id).limit(BATCH).select((person::id, person::unified));
        let rows: Vec<(i64, String)> = query.load(tx)?;
        rows.iter().for_each(|(_, unified)| record.subject(unified));
        Ok::<_, AtenaError>(rows)
    });
    let rows = rows.await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let told: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
    let numbers = rows.iter().filter_map(|(_, unified)| UnifiedNumber::parse(unified).ok()).collect();
    // A number that the relay knows already has no effect there, so each try is a request of its own.
    let message = UnifiedNumbers { unified_numbers: numbers };
    let _: Accepted = atena.client.post(&atena.relay, relay::UNIFIED_NUMBERS, atena.entropy.id128(), &message).await?;
    let write = atena.room.write(caller, TELL, move |tx, _| {
        diesel::update(person::table.filter(person::id.eq_any(told))).set(person::told.eq(1)).execute(tx)?;
        Ok::<_, AtenaError>(())
    });
    write.await?;
    Ok(true)
}

async fn codes(atena: &Atena, caller: &Caller) -> Result<bool, AtenaError> {
    let rows = atena.room.waiting(caller, TELL, |tx, record| {
        let query = code_request::table
            .inner_join(person::table.on(person::id.eq(code_request::person)))
            .filter(code_request::told.eq(0))
            .order(code_request::processing_number)
            .limit(BATCH)
            .select((person::unified, code_request::processing_number, person::number_index, person::sealed_number));
        let rows: Vec<(String, Vec<u8>, Vec<u8>, Vec<u8>)> = query.load(tx)?;
        rows.iter().for_each(|(unified, ..)| record.subject(unified));
        Ok::<_, AtenaError>(rows)
    });
    let rows = rows.await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let keys = atena.client.keys(&atena.resident_network).await?;
    let mut lines = Zeroizing::new(String::new());
    let mut asked = Vec::with_capacity(rows.len());
    for (_, processing_number, index, sealed) in &rows {
        let number = atena.room.vault().open_cell(&Cell::new("person", index, "sealed_number"), sealed)?;
        lines.push_str(std::str::from_utf8(&number).map_err(|_| AtenaError::Malformed("a stored number"))?);
        lines.push('\n');
        let bytes = processing_number.as_slice().try_into().map_err(|_| AtenaError::Malformed("a stored processing number"))?;
        asked.push(CodeRequest { processing_number: Id128::from_bytes(bytes) });
    }
    // Sealed anew at each try, so each try is a request of its own; a processing number that is known has no effect there.
    let request_id = atena.entropy.id128();
    let batch =
        Batch { sender: &atena.party, receiver: &atena.resident_network, kind: resident_network::CODE_REQUESTS, request: request_id };
    let numbers = batch.seal(&keys.receiving, &lines, atena.entropy.as_ref())?;
    let message = CodeRequests { request_id, organisation: atena.relay.clone(), rows: asked, numbers };
    let _: Accepted = atena.client.post(&atena.resident_network, resident_network::CODE_REQUESTS, request_id, &message).await?;
    let told: Vec<Vec<u8>> = rows.into_iter().map(|(_, number, ..)| number).collect();
    let write = atena.room.write(caller, TELL, move |tx, _| {
        diesel::update(code_request::table.filter(code_request::processing_number.eq_any(told)))
            .set(code_request::told.eq(1))
            .execute(tx)?;
        Ok::<_, AtenaError>(())
    });
    write.await?;
    Ok(true)
}
