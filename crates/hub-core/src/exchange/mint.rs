//! PMHキー採番: people without a key, to the payers' hub. A number that has a key there gets the same again, so a retry, a crash or another
//! city that asks for the same person mints nothing twice (R-PMH-3).

use protocol::RowProblem;
use std::collections::{HashMap, HashSet};

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Record, Seen};
use number::IndividualNumber;
use protocol::messages::payers_hub::{PMH_KEYS, PmhKeysAnswer, PmhKeysRequest};
use protocol::sealing::{Batch, Lines};
use serde::Serialize;
use store::Tx;
use vault::Cell;
use vocabulary::{Id128, Party, Purpose};
use wire::CellLines;
use work::outbox::{Made, Message, NewMessage, Sent, Taken, key_of};

use super::prepare;
use crate::city::City;
use crate::table::{due, person, row_state, state, task_row};
use crate::{Hub, HubError};

const MINT: Act = Act::new("hub-core:keys.mint");

/// Whether a person waits for a key, and their number can be read.
macro_rules! keyless {
    () => {
        person::key_index.is_null().and(person::state.eq(state::REGISTERED)).and(person::due.ne(due::DAMAGED))
    };
}

/// A key is wanted for a person, who is stored by id: the number stays in its one place.
pub(crate) struct WantedKey {
    pub(crate) hub: Hub,
    pub(crate) city: City,
}

/// Enqueues the asking for people who have no key, each with the municipality's name of them; one who waits already waits once.
pub(crate) fn ask<'n>(tx: &mut Tx, city: &City, people: impl IntoIterator<Item = (i64, &'n str)>) -> Result<(), HubError> {
    let message = |(person, name): (i64, &str)| {
        let key = key_of("mint", [city.municipality.as_str().as_bytes(), &person.to_be_bytes()]);
        NewMessage::to(&city.payers_hub, person).about(name).in_order_of(person.to_string()).under(key)
    };
    Ok(city.outbox.enqueue::<WantedKey>(tx, people.into_iter().map(message))?)
}

/// The request, and the indexes of the numbers that stand in it.
#[derive(Serialize)]
pub(crate) struct Asking {
    #[serde(flatten)]
    request: PmhKeysRequest,
    #[serde(skip)]
    asked: HashSet<Id128>,
}

impl Message for WantedKey {
    type Stored = i64;
    type Body = Asking;
    type Answer = PmhKeysAnswer;
    type Error = HubError;
    const KIND: &'static str = "pmh-keys";
    const TO: &'static [&'static str] = &["payers-hub"];
    const PATH: &'static str = PMH_KEYS;
    const ACT: Act = MINT;
    const PURPOSE: Purpose = Purpose::HubRegistration;
    const MOST: usize = 1_000;

    /// Sealed anew at each try, so each try is a request of its own. Who was deleted meanwhile, or has a key, is not asked for.
    async fn make(&self, to: &Party, _: Id128, people: Vec<i64>) -> Result<Made<Asking>, HubError> {
        let Self { hub, city } = self;
        let Some((lines, asked)) = numbers(city, &hub.house.caller(Self::PURPOSE), people).await? else { return Ok(Made::Nothing) };
        let client = hub.house.client.within(super::PATIENCE);
        let (request_id, numbers) = lines.seal(&client, &hub.house.party, to, PMH_KEYS, hub.house.entropy.as_ref()).await?;
        Ok(Made::Request(request_id, Asking { request: PmhKeysRequest { request_id, numbers }, asked }))
    }

    fn taken(&self, tx: &mut Tx, record: &mut Record<'_>, sent: Sent<'_, Self>, answer: PmhKeysAnswer) -> Result<Taken, HubError> {
        let Self { hub, city } = self;
        let request = sent.body.request.request_id;
        if answer.request_id != request {
            return Err(wire::BadAnswer("the payers' hub answered another request").into());
        }
        let back = Batch { sender: sent.to, receiver: &hub.house.party, kind: PMH_KEYS, request };
        let receiver = hub.nation.vault().receiver_holding_blocking(wire::RING, &answer.rows.key)?;
        let lines = back.open(&receiver, &answer.rows)?;
        let minted = pairs(city, &lines, &sent.body.asked);
        let strange = lines.iter().count() - minted.len();
        if strange > 0 {
            tracing::error!(
                alarm = "pmh key",
                rows = strange,
                "the payers' hub answered with numbers that it was not asked for, or with several keys for one"
            );
            record.note(format!("alarm: {strange} rows of numbers that were not asked for, or came twice"));
        }
        keep(tx, city, &sent.stored, minted)?;
        prepare::these(tx, city, hub.house.entropy.as_ref(), &sent.stored)?;
        let open: Vec<i64> = person::table.filter(person::id.eq_any(&sent.stored).and(keyless!())).select(person::id).load(tx)?;
        // Whoever the answer leaves out is asked for again.
        Ok(if open.is_empty() { Taken::All } else { Taken::Only(sent.stored.iter().map(|person| !open.contains(person)).collect()) })
    }
}

/// The numbers of those of these people who have no key, one a line, and their indexes. The rows that wait for one whose number cannot be read are
/// refused.
async fn numbers(city: &City, caller: &Caller, people: Vec<i64>) -> Result<Option<(CellLines, HashSet<Id128>)>, HubError> {
    let inside = city.clone();
    let found = city.room.seek(caller, MINT, move |tx, _| {
        let those = person::table.filter(person::id.eq_any(people).and(keyless!())).order(person::id);
        let columns = (person::id, person::identity_key, person::number, person::number_index);
        let rows: Vec<(i64, String, Vec<u8>, Vec<u8>)> = those.select(columns).load(tx)?;
        let (mut lines, mut asked, mut damaged) = (CellLines::with_capacity(rows.len()), HashSet::new(), Vec::new());
        for (id, _, sealed, index) in &rows {
            if wire::pass_over(lines.open(inside.room.vault(), &Cell::new("person", &id.to_be_bytes(), "number"), sealed))?.is_none() {
                damaged.push(*id);
            } else {
                asked.insert(crate::table::id128(index)?);
            }
        }
        let found = if rows.is_empty() { Vec::new() } else { vec![(lines, asked, damaged)] };
        Ok::<_, HubError>(Seen::people(rows.iter().map(|(_, key, ..)| crate::person_id(key)), found))
    });
    let Some((lines, asked, damaged)) = found.await?.pop() else { return Ok(None) };
    if !damaged.is_empty() {
        refuse(city, caller, damaged).await?;
    }
    Ok((!lines.is_empty()).then_some((lines, asked)))
}

/// Refuses what waits for the keys of people whose numbers cannot be read; registered anew, with the number, they wait again.
async fn refuse(city: &City, caller: &Caller, people: Vec<i64>) -> Result<(), HubError> {
    let refused = city.room.change(caller, MINT, move |tx, record| {
        record.note(format!("{} people whose numbers cannot be read", people.len()));
        let those = person::table.filter(person::id.eq_any(&people).and(keyless!()));
        let those: Vec<(i64, String)> = those.select((person::id, person::identity_key)).load(tx)?;
        let (ids, names): (Vec<i64>, Vec<String>) = those.into_iter().unzip();
        diesel::update(person::table.filter(person::id.eq_any(&ids))).set(person::due.eq(due::DAMAGED)).execute(tx)?;
        let problem =
            RowProblem::of_row(0, "damaged", "what the hub stored of this person's number cannot be read: register the person again");
        settle(tx, &ids, row_state::REFUSED, Some(written(problem)?))?;
        Ok::<_, HubError>(Seen::people(names.iter().map(|name| crate::person_id(name)), ()))
    });
    refused.await
}

fn written(problem: RowProblem) -> Result<String, HubError> {
    serde_json::to_string(&[problem]).map_err(|_| wire::Defect("a refusal that cannot be written").into())
}

/// Index of the number and key, of each line that is `pmhKey,number` with a number that was asked for and stands in no other line: of two, nobody
/// knows which is the person's.
fn pairs(city: &City, lines: &Lines, asked: &HashSet<Id128>) -> Vec<(Id128, Id128)> {
    let pairs: Vec<(Id128, Id128)> = lines.iter().filter_map(minted).map(|(key, number)| (city.index(&number), key)).collect();
    let mut times: HashMap<Id128, u32> = HashMap::with_capacity(pairs.len());
    pairs.iter().for_each(|(index, _)| *times.entry(*index).or_default() += 1);
    pairs.into_iter().filter(|(index, _)| asked.contains(index) && times.get(index) == Some(&1)).collect()
}

/// One of the lines.
pub(crate) fn minted(line: &str) -> Option<(Id128, IndividualNumber)> {
    let (key, number) = line.split_once(',')?;
    Some((key.parse().ok()?, IndividualNumber::parse(number).ok()?))
}

/// Ties keys to the people who were asked for, by the index of the number, with the rows of tasks that waited; who got one in the meantime,
/// or was deleted is left alone (D9).
fn keep(tx: &mut Tx, city: &City, asked: &[i64], minted: Vec<(Id128, Id128)>) -> Result<(), HubError> {
    let indexes: Vec<&[u8]> = minted.iter().map(|(index, _)| index.as_bytes().as_slice()).collect();
    let those = person::number_index.eq_any(indexes).and(person::key_index.is_null()).and(person::id.eq_any(asked));
    let open: Vec<(Vec<u8>, i64)> = person::table.filter(those).select((person::number_index, person::id)).load(tx)?;
    let open: HashMap<Vec<u8>, i64> = open.into_iter().collect();
    let keys: Vec<Id128> = minted.iter().map(|(_, key)| city.key_index(key)).collect();
    let taken = person::key_index.eq_any(keys.iter().map(|key| key.as_bytes().as_slice()));
    let taken: Vec<Option<Vec<u8>>> = person::table.filter(taken).select(person::key_index).load(tx)?;
    let mut taken: HashSet<Vec<u8>> = taken.into_iter().flatten().collect();
    let (mut done, mut torn) = (Vec::new(), Vec::new());
    for ((index, key), key_index) in minted.iter().zip(keys) {
        let Some(id) = open.get(index.as_bytes().as_slice()) else { continue };
        if !taken.insert(key_index.as_bytes().to_vec()) {
            torn.push(*id);
            continue;
        }
        let sealed = city.room.vault().seal(&Cell::new("person", &id.to_be_bytes(), "pmh_key"), key.as_bytes())?;
        let values = (person::key_index.eq(key_index.as_bytes().as_slice()), person::pmh_key.eq(sealed));
        diesel::update(person::table.find(id)).set(values).execute(tx)?;
        done.push(*id);
    }
    settle(tx, &done, row_state::REGISTERED, None)?;
    if !torn.is_empty() {
        tracing::error!(alarm = "pmh key", people = torn.len(), "the payers' hub gave one key to several people");
        diesel::update(person::table.filter(person::id.eq_any(&torn))).set(person::state.eq(state::CONFLICT)).execute(tx)?;
        let problem =
            RowProblem::of_row(0, "keyConflict", "the payers' hub gave this person another person's key: it must be cleared up there");
        settle(tx, &torn, row_state::REFUSED, Some(written(problem)?))?;
    }
    Ok(())
}

fn settle(tx: &mut Tx, people: &[i64], state: &str, errors: Option<String>) -> Result<(), HubError> {
    let waiting = task_row::person.eq_any(people).and(task_row::state.eq(row_state::WAITING));
    diesel::update(task_row::table.filter(waiting)).set((task_row::state.eq(state), task_row::errors.eq(errors))).execute(tx)?;
    Ok(())
}
