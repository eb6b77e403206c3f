//! What the network system has to send: codes to organisations, permits to providers, sealed answers to askers.

use std::collections::BTreeMap;

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Subject};
use wire::messages::relay::{self, AnswerDelivery, CodeRow, Codes, PermitDelivery};
use wire::messages::{Accepted, Outcome, portal};
use wire::{Party, Signed};

use super::table::{code_delivery, linked_person, permit, state};
use super::{Network, codes};
use crate::RefusedError;

const BATCH: i64 = 1_000;
const TELL: Act = Act::new("network:others.tell");

/// Sends all that is pending. One organisation that cannot be reached does not hold up the others.
pub(super) async fn pending(network: Network, caller: Caller) -> Result<(), RefusedError> {
    let codes = all_codes(&network, &caller).await;
    let permits = permits(&network, &caller).await;
    let answers = answers(&network, &caller).await;
    codes.and(permits).and(answers)
}

type CodeRows = Vec<(String, Vec<u8>, Vec<u8>)>;

async fn all_codes(network: &Network, caller: &Caller) -> Result<(), RefusedError> {
    loop {
        let rows = network.room.read(caller, TELL, Subject::None, |tx| {
            let query = code_delivery::table
                .inner_join(linked_person::table.on(linked_person::id.eq(code_delivery::person)))
                .filter(code_delivery::told.eq(0))
                .order((code_delivery::organisation, code_delivery::processing_number))
                .limit(BATCH)
                .select((code_delivery::organisation, code_delivery::processing_number, linked_person::link_id));
            Ok::<CodeRows, RefusedError>(query.load(tx)?)
        });
        let rows = rows.await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut by_organisation: BTreeMap<String, Vec<(Vec<u8>, Vec<u8>)>> = BTreeMap::new();
        rows.into_iter().for_each(|(organisation, number, link)| by_organisation.entry(organisation).or_default().push((number, link)));
        for (organisation, rows) in by_organisation {
            tell_codes(network, caller, &organisation, rows).await?;
        }
    }
}

async fn tell_codes(network: &Network, caller: &Caller, organisation: &str, rows: Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), RefusedError> {
    let party: Party = organisation.parse().map_err(|_| RefusedError::Malformed("an organisation's name"))?;
    let mut message = Codes { rows: Vec::with_capacity(rows.len()) };
    for (number, link) in &rows {
        let (processing_number, link) = (crate::id128(number), crate::id128(link));
        let (Some(processing_number), Some(link)) = (processing_number, link) else { continue };
        message.rows.push(CodeRow { processing_number, code: codes::code(network.room.vault(), &party, link)? });
    }
    let told: Vec<Vec<u8>> = rows.into_iter().map(|(number, _)| number).collect();
    let path = if party.system() == "portal" { portal::CODES } else { relay::CODES };
    let _: Accepted = network.client.post(&party, path, crate::key_of("codes", told.iter()), &message).await?;
    let organisation = organisation.to_owned();
    let write = network.room.write(caller, TELL, move |tx, _| {
        let those = code_delivery::organisation.eq(organisation).and(code_delivery::processing_number.eq_any(told));
        diesel::update(code_delivery::table.filter(those)).set(code_delivery::told.eq(1)).execute(tx)?;
        Ok::<_, RefusedError>(())
    });
    write.await
}

/// Permits the provider has not taken yet, and answers the asker has not.
async fn waiting(network: &Network, caller: &Caller, in_state: &'static str) -> Result<Vec<Waiting>, RefusedError> {
    let rows = network.room.read(caller, TELL, Subject::None, move |tx| {
        let query = permit::table.filter(permit::state.eq(in_state)).order(permit::asked_at).limit(BATCH);
        let columns = (permit::id, permit::processing_number, permit::asker, permit::provider, permit::provider_copy, permit::answer);
        Ok::<Vec<Waiting>, RefusedError>(query.select(columns).load(tx)?)
    });
    rows.await
}

#[derive(Queryable)]
struct Waiting {
    permit: Vec<u8>,
    processing_number: Vec<u8>,
    asker: String,
    provider: String,
    provider_copy: Vec<u8>,
    answer: Option<Vec<u8>>,
}

async fn permits(network: &Network, caller: &Caller) -> Result<(), RefusedError> {
    let mut problem = Ok(());
    for row in waiting(network, caller, state::PERMITTED).await? {
        let provider: Party = row.provider.parse().map_err(|_| RefusedError::Malformed("a provider's name"))?;
        let delivery = PermitDelivery { permit: Signed::from_bytes(row.provider_copy) };
        let sent: Result<Outcome, _> =
            network.client.post(&provider, relay::PERMITS, crate::key_of("permit", [&row.permit].into_iter()), &delivery).await;
        match sent {
            Ok(_) => advance(network, caller, row.permit, state::PERMITTED, state::SENT).await?,
            Err(error) => problem = Err(error.into()),
        }
    }
    problem
}

async fn answers(network: &Network, caller: &Caller) -> Result<(), RefusedError> {
    let mut problem = Ok(());
    for row in waiting(network, caller, state::ANSWERED).await? {
        let asker: Party = row.asker.parse().map_err(|_| RefusedError::Malformed("an asker's name"))?;
        let (Some(answer), Some(processing_number)) = (row.answer, crate::id128(&row.processing_number)) else { continue };
        let delivery = AnswerDelivery { processing_number, answer: Signed::from_bytes(answer) };
        let sent: Result<Outcome, _> =
            network.client.post(&asker, relay::ANSWERS, crate::key_of("answer", [&row.permit].into_iter()), &delivery).await;
        match sent {
            Ok(_) => advance(network, caller, row.permit, state::ANSWERED, state::PASSED).await?,
            Err(error) => problem = Err(error.into()),
        }
    }
    problem
}

/// Only from the state it was read in: an answer that came meanwhile is not overwritten.
async fn advance(network: &Network, caller: &Caller, id: Vec<u8>, from: &'static str, to: &'static str) -> Result<(), RefusedError> {
    let write = network.room.write(caller, TELL, move |tx, _| {
        diesel::update(permit::table.filter(permit::id.eq(id).and(permit::state.eq(from)))).set(permit::state.eq(to)).execute(tx)?;
        Ok::<_, RefusedError>(())
    });
    write.await
}
