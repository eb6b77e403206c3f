//! PMHキー採番: people without a key, to the payers' hub. A number that has a key there gets the same again, so a retry, a crash or another
//! city that asks for the same person mints nothing twice (R-PMH-3).

use std::collections::HashSet;

use access::Caller;
use diesel::prelude::*;
use ledger::Act;
use number::IndividualNumber;
use protocol::RowProblem;
use protocol::messages::payers_hub::{PMH_KEYS, PmhKeysAnswer, PmhKeysRequest};
use protocol::sealing::Batch;
use vault::Cell;
use vocabulary::Id128;
use zeroize::Zeroizing;

use super::PATIENCE;
use crate::city::City;
use crate::table::{person, row_state, state, task_row};
use crate::{Hub, HubError};

const MINT: Act = Act::new("hub-core:keys.mint");
const BATCH: i64 = 1_000;

/// Everybody of a city who has none.
pub(super) async fn all(hub: &Hub, city: &City, caller: &Caller) -> Result<(), HubError> {
    while batch(hub, city, caller).await? {}
    Ok(())
}

async fn batch(hub: &Hub, city: &City, caller: &Caller) -> Result<bool, HubError> {
    let Some(lines) = numbers(city, caller).await? else { return Ok(false) };
    let keys = hub.house.client.within(PATIENCE).keys(&hub.payers_hub).await?;
    // Sealed anew at each try, so each try is a request of its own.
    let request_id = hub.house.entropy.id128();
    let there = Batch { sender: &hub.house.party, receiver: &hub.payers_hub, kind: PMH_KEYS, request: request_id };
    let numbers = there.seal(&keys.receiving, &lines, hub.house.entropy.as_ref())?;
    let request = PmhKeysRequest { request_id, numbers };
    let answer: PmhKeysAnswer = hub.house.client.within(PATIENCE).post(&hub.payers_hub, PMH_KEYS, request_id, &request).await?;
    if answer.request_id != request_id {
        return Err(HubError::Malformed("the payers' hub answered another request"));
    }
    let back = Batch { sender: &hub.payers_hub, receiver: &hub.house.party, kind: PMH_KEYS, request: request_id };
    let minted = pairs(city, &back.open(&hub.receiver, &answer.rows)?)?;
    if keep(city, caller, minted).await? == 0 {
        return Err(HubError::Malformed("the payers' hub gave no key for any number it was asked for"));
    }
    Ok(true)
}

/// The numbers of those who have no key, one a line.
async fn numbers(city: &City, caller: &Caller) -> Result<Option<Zeroizing<String>>, HubError> {
    let inside = city.clone();
    let lines = city.room.waiting(caller, MINT, move |tx, record| {
        let those =
            person::table.filter(person::key_index.is_null().and(person::state.eq(state::REGISTERED))).order(person::id).limit(BATCH);
        let rows: Vec<(i64, String, Vec<u8>)> = those.select((person::id, person::identity_key, person::number)).load(tx)?;
        let mut lines = Zeroizing::new(String::with_capacity(rows.len() * 13));
        for (id, key, sealed) in &rows {
            record.subject(key);
            let number = inside.room.vault().open_cell(&Cell::new("person", &id.to_be_bytes(), "number"), sealed)?;
            lines.push_str(std::str::from_utf8(&number).map_err(|_| HubError::Malformed("a stored number"))?);
            lines.push('\n');
        }
        Ok::<_, HubError>(if rows.is_empty() { Vec::new() } else { vec![lines] })
    });
    Ok(lines.await?.pop())
}

/// Index of the number and key, from lines `pmhKey,number`.
fn pairs(city: &City, lines: &protocol::sealing::Lines) -> Result<Vec<(Id128, Id128)>, HubError> {
    let wrong = || HubError::Malformed("a line of the payers' hub is not `pmhKey,number`");
    lines.iter().map(|line| minted(line).map(|(key, number)| (city.index(&number), key)).ok_or_else(wrong)).collect()
}

/// One of the lines.
pub(crate) fn minted(line: &str) -> Option<(Id128, IndividualNumber)> {
    let (key, number) = line.split_once(',')?;
    Some((key.parse().ok()?, IndividualNumber::parse(number).ok()?))
}

/// Ties keys to people by the index of the number, in one transaction with the rows of tasks that waited; who got one in the meantime, or was
/// deleted, is left alone. How many were settled.
async fn keep(city: &City, caller: &Caller, minted: Vec<(Id128, Id128)>) -> Result<usize, HubError> {
    let inside = city.clone();
    let kept = city.room.write(caller, MINT, move |tx, record| {
        let indexes: Vec<&[u8]> = minted.iter().map(|(index, _)| index.as_bytes().as_slice()).collect();
        let those = person::table.filter(person::number_index.eq_any(indexes).and(person::key_index.is_null()));
        let open: Vec<(Vec<u8>, i64, String)> = those.select((person::number_index, person::id, person::identity_key)).load(tx)?;
        let open: std::collections::HashMap<Vec<u8>, (i64, String)> = open.into_iter().map(|(index, id, key)| (index, (id, key))).collect();
        let keys: Vec<Id128> = minted.iter().map(|(_, key)| inside.key_index(key)).collect();
        let taken = person::key_index.eq_any(keys.iter().map(|key| key.as_bytes().as_slice()));
        let taken: Vec<Option<Vec<u8>>> = person::table.filter(taken).select(person::key_index).load(tx)?;
        let mut taken: HashSet<Vec<u8>> = taken.into_iter().flatten().collect();
        let (mut done, mut torn) = (Vec::new(), Vec::new());
        for ((index, key), key_index) in minted.iter().zip(keys) {
            let Some((id, name)) = open.get(index.as_bytes().as_slice()) else { continue };
            record.subject(name);
            if !taken.insert(key_index.as_bytes().to_vec()) {
                torn.push(*id);
                continue;
            }
            let sealed = inside.room.vault().seal(&Cell::new("person", &id.to_be_bytes(), "pmh_key"), key.as_bytes())?;
            let values = (person::key_index.eq(key_index.as_bytes().as_slice()), person::pmh_key.eq(sealed));
            diesel::update(person::table.find(id)).set(values).execute(tx)?;
            done.push(*id);
        }
        let settled = done.len() + torn.len();
        settle(tx, &done, row_state::REGISTERED, None)?;
        if !torn.is_empty() {
            tracing::error!(alarm = "pmh key", people = torn.len(), "the payers' hub gave one key to several people");
            diesel::update(person::table.filter(person::id.eq_any(&torn))).set(person::state.eq(state::CONFLICT)).execute(tx)?;
            let problem =
                RowProblem::of_row(0, "keyConflict", "the payers' hub gave this person another person's key: it must be cleared up there");
            let text = serde_json::to_string(&[problem]).map_err(|_| HubError::Malformed("a refusal that cannot be written"))?;
            settle(tx, &torn, row_state::REFUSED, Some(text))?;
        }
        Ok::<_, HubError>(settled)
    });
    kept.await
}

fn settle(tx: &mut store::Tx, people: &[i64], state: &str, errors: Option<String>) -> Result<(), HubError> {
    let waiting = task_row::person.eq_any(people).and(task_row::state.eq(row_state::WAITING));
    diesel::update(task_row::table.filter(waiting)).set((task_row::state.eq(state), task_row::errors.eq(errors))).execute(tx)?;
    Ok(())
}
