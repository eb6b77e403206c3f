//! What the network system has to send: codes to organisations, permits to providers, sealed answers to askers.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Room};
use protocol::Signed;
use protocol::messages::relay::{self, AnswerDelivery, CodeRow, Codes, PermitDelivery};
use protocol::messages::{Accepted, Outcome, portal};
use store::StoreError;
use vocabulary::Party;

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

/// What an organisation would not take is offered once more at each start: it may have been the organisation's own mistake.
pub(super) async fn again(room: &Room) -> Result<(), StoreError> {
    let offered = room.raw().write(|tx| {
        diesel::update(code_delivery::table.filter(code_delivery::told.eq(2))).set(code_delivery::told.eq(0)).execute(tx)?;
        Ok::<_, StoreError>(())
    });
    offered.await
}

/// An organisation that cannot be reached does not hold up the others.
async fn all_codes(network: &Network, caller: &Caller) -> Result<(), RefusedError> {
    let waiting = network.room.waiting(caller, TELL, |tx, _| {
        let query = code_delivery::table.filter(code_delivery::told.eq(0)).select(code_delivery::organisation).distinct();
        Ok::<Vec<String>, RefusedError>(query.load(tx)?)
    });
    let mut problem = Ok(());
    for organisation in waiting.await? {
        if let Err(error) = codes_of(network, caller, &organisation).await {
            problem = Err(error);
        }
    }
    problem
}

async fn codes_of(network: &Network, caller: &Caller, organisation: &str) -> Result<(), RefusedError> {
    let party: Party = organisation.parse().map_err(|_| RefusedError::Malformed("an organisation's name"))?;
    loop {
        let of = organisation.to_owned();
        let rows = network.room.waiting(caller, TELL, |tx, record| {
            let query = code_delivery::table
                .inner_join(linked_person::table.on(linked_person::id.eq(code_delivery::person)))
                .filter(code_delivery::told.eq(0).and(code_delivery::organisation.eq(of)))
                .order(code_delivery::processing_number)
                .limit(BATCH)
                .select((code_delivery::processing_number, linked_person::link_id));
            let rows: Vec<(Vec<u8>, Vec<u8>)> = query.load(tx)?;
            for (number, _) in &rows {
                record.subject(&crate::named(number));
            }
            Ok::<_, RefusedError>(rows)
        });
        let rows = rows.await?;
        if rows.is_empty() {
            return Ok(());
        }
        if !tell_codes(network, caller, &party, &rows).await? {
            // One of them is not taken: each by itself, so that the others are.
            for row in &rows {
                if !tell_codes(network, caller, &party, std::slice::from_ref(row)).await? {
                    tracing::error!(organisation, "a code is not taken");
                    settle(network, caller, &party, vec![row.0.clone()], 2).await?;
                }
            }
        }
    }
}

/// Whether the organisation has taken all of them.
async fn tell_codes(network: &Network, caller: &Caller, party: &Party, rows: &[(Vec<u8>, Vec<u8>)]) -> Result<bool, RefusedError> {
    let mut message = Codes { rows: Vec::with_capacity(rows.len()) };
    for (number, link) in rows {
        let malformed = RefusedError::Malformed("a stored identifier");
        let (Some(processing_number), Some(link)) = (crate::id128(number), crate::id128(link)) else { return Err(malformed) };
        message.rows.push(CodeRow { processing_number, code: codes::code(network.room.vault(), party, link)? });
    }
    let told: Vec<Vec<u8>> = rows.iter().map(|(number, _)| number.clone()).collect();
    let path = if party.system() == "portal" { portal::CODES } else { relay::CODES };
    let taken: Result<Accepted, _> = network.client.post(party, path, crate::key_of("codes", told.iter()), &message).await;
    match taken {
        Ok(taken) if taken.accepted >= rows.len() as u64 => {
            settle(network, caller, party, told, 1).await?;
            Ok(true)
        }
        Ok(_) => Ok(false),
        Err(error) if crate::is_final(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn settle(network: &Network, caller: &Caller, party: &Party, numbers: Vec<Vec<u8>>, as_told: i16) -> Result<(), RefusedError> {
    let organisation = party.to_string();
    let write = network.room.write(caller, TELL, move |tx, _| {
        let those = code_delivery::organisation.eq(organisation).and(code_delivery::processing_number.eq_any(numbers));
        diesel::update(code_delivery::table.filter(those)).set(code_delivery::told.eq(as_told)).execute(tx)?;
        Ok::<_, RefusedError>(())
    });
    write.await
}

/// Permits the provider has not taken yet, and answers the asker has not.
async fn waiting(network: &Network, caller: &Caller, in_state: &'static str) -> Result<Vec<Waiting>, RefusedError> {
    let rows = network.room.waiting(caller, TELL, move |tx, record| {
        let query = permit::table.filter(permit::state.eq(in_state)).order(permit::asked_at).limit(BATCH);
        let columns = (permit::id, permit::processing_number, permit::asker, permit::provider, permit::provider_copy, permit::answer);
        let rows: Vec<Waiting> = query.select(columns).load(tx)?;
        for row in &rows {
            record.subject(&crate::named(&row.processing_number));
        }
        Ok::<_, RefusedError>(rows)
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
            Err(error) if crate::is_final(&error) => {
                tracing::error!(%error, "a provider does not take a permit");
                advance(network, caller, row.permit, state::PERMITTED, state::REFUSED).await?;
            }
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
            Err(error) if crate::is_final(&error) => {
                tracing::error!(%error, "an asker does not take an answer");
                advance(network, caller, row.permit, state::ANSWERED, state::REFUSED).await?;
            }
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
