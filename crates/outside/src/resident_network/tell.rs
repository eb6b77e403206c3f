//! What the resident network tells: the network system a resident-record code beside a processing number; the payers' hub a card's serial.

use std::collections::BTreeMap;

use access::Caller;
use diesel::prelude::*;
use ledger::Act;
use protocol::messages::Accepted;
use protocol::messages::network::{self, LinkRow, Links};
use protocol::messages::payers_hub::{self, CertificateRow, Certificates};
use protocol::sealing::Batch;
use vault::Cell;
use vocabulary::{Id128, ResidentRecordCode};
use zeroize::Zeroizing;

use super::ResidentNetwork;
use super::people::{card, code_request, listed_person};
use crate::RefusedError;

const BATCH: i64 = 1_000;
const TELL: Act = Act::new("resident-network:others.tell");

/// Sends all that is pending, a batch at a time.
pub(super) async fn pending(state: ResidentNetwork, caller: Caller) -> Result<(), RefusedError> {
    while links(&state, &caller).await? || certificates(&state, &caller).await? {}
    Ok(())
}

async fn links(state: &ResidentNetwork, caller: &Caller) -> Result<bool, RefusedError> {
    let rows = state.room.waiting(caller, TELL, |tx, record| {
        let query = code_request::table
            .inner_join(listed_person::table.on(listed_person::id.eq(code_request::person)))
            .filter(code_request::told.eq(0))
            .order((code_request::organisation, code_request::processing_number))
            .limit(BATCH)
            .select((code_request::organisation, code_request::processing_number, listed_person::record_code));
        let rows: Vec<(String, Vec<u8>, String)> = query.load(tx)?;
        rows.iter().for_each(|(_, _, person)| record.subject(person));
        Ok::<_, RefusedError>(rows)
    });
    let rows = rows.await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let told: Vec<(String, Vec<u8>)> = rows.iter().map(|(organisation, number, _)| (organisation.clone(), number.clone())).collect();
    let parts = told.iter().flat_map(|(organisation, number)| [organisation.as_bytes(), number.as_slice()]);
    let key = crate::key_of("links", parts);
    let message = Links { rows: rows.iter().filter_map(|(organisation, number, code)| link(organisation, number, code)).collect() };
    let _: Accepted = state.client.post(&state.network, network::LINKS, key, &message).await?;
    let write = state.room.write(caller, TELL, move |tx, _| {
        let mut by_organisation: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        told.into_iter().for_each(|(organisation, number)| by_organisation.entry(organisation).or_default().push(number));
        // A number is the organisation's own: two may have the same.
        for (organisation, numbers) in by_organisation {
            let those = code_request::organisation.eq(organisation).and(code_request::processing_number.eq_any(numbers));
            diesel::update(code_request::table.filter(those)).set(code_request::told.eq(1)).execute(tx)?;
        }
        Ok::<_, RefusedError>(())
    });
    write.await?;
    Ok(true)
}

fn link(organisation: &str, number: &[u8], code: &str) -> Option<LinkRow> {
    Some(LinkRow {
        processing_number: crate::id128(number)?,
        organisation: organisation.parse().ok()?,
        resident_record_code: ResidentRecordCode::parse(code).ok()?,
    })
}

async fn certificates(state: &ResidentNetwork, caller: &Caller) -> Result<bool, RefusedError> {
    let rows = state.room.waiting(caller, TELL, |tx, record| {
        let query = card::table
            .inner_join(listed_person::table.on(listed_person::id.eq(card::person)))
            .filter(card::told.eq(0))
            .order(card::serial)
            .limit(BATCH)
            .select((card::serial, listed_person::number_index, listed_person::sealed_number));
        let rows: Vec<(String, Vec<u8>, Vec<u8>)> = query.load(tx)?;
        rows.iter().for_each(|(serial, ..)| record.subject(serial));
        Ok::<_, RefusedError>(rows)
    });
    let rows = rows.await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let keys = state.client.keys(&state.payers_hub).await?;
    let mut lines = Zeroizing::new(String::new());
    for (_, index, sealed) in &rows {
        let number = state.room.vault().open_cell(&Cell::new("listed_person", index, "sealed_number"), sealed)?;
        lines.push_str(std::str::from_utf8(&number).map_err(|_| RefusedError::Malformed("a stored number"))?);
        lines.push('\n');
    }
    let told: Vec<String> = rows.into_iter().map(|(serial, ..)| serial).collect();
    // The sealed text is another at each try, so each try is a request of its own; the receiver takes a card it knows without effect.
    let request_id: Id128 = state.entropy.id128();
    let batch = Batch { sender: &state.party, receiver: &state.payers_hub, kind: payers_hub::CERTIFICATES, request: request_id };
    let numbers = batch.seal(&keys.receiving, &lines, state.entropy.as_ref())?;
    let rows = told.iter().map(|serial| CertificateRow { certificate_serial: serial.clone() }).collect();
    let message = Certificates { request_id, rows, numbers };
    let _: Accepted = state.client.post(&state.payers_hub, payers_hub::CERTIFICATES, request_id, &message).await?;
    let write = state.room.write(caller, TELL, move |tx, _| {
        diesel::update(card::table.filter(card::serial.eq_any(told))).set(card::told.eq(1)).execute(tx)?;
        Ok::<_, RefusedError>(())
    });
    write.await?;
    Ok(true)
}
