//! What the edge has given for cities whose rooms do not take it now: kept sealed in the nation's room, in its order, until they do.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use access::Caller;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::edge::Collection;
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::MunicipalityCode;
use wire::{Damaged, Refusal as _};

use super::collect::{COLLECT, keep_in, place};
use super::cursor::{ALL, Cursor, Wrong};
use crate::table::{held, seal, unseal};
use crate::{Hub, HubError};

/// Rows of which a look at readiness reads each.
const MOST_READ: i64 = 2_000;
/// Rows that are taken out together.
const BATCH: i64 = 500;
/// The words of `damaged`.
pub(super) const NO: i16 = 0;
pub(super) const YES: i16 = 1;
const DAMAGED: Damaged = Damaged("what is held for a city");
const MISSING: Damaged = Damaged("what was held for cities, of which something is gone");

/// Keeps a city's rows aside, in the transaction that moves the cursor past them. Who they are about is named when the city takes them.
pub(super) fn put(tx: &mut Tx, vault: &Vault, cursor: &mut Cursor, rows: &[Collection]) -> Result<(), HubError> {
    for row in rows {
        let (sequence, municipality, _) = place(row);
        let body = seal(vault, &cell(&sequence.to_be_bytes()).beside(&[municipality.as_str().as_bytes()]), row)?;
        let values = (held::sequence.eq(sequence), held::municipality.eq(number(municipality)), held::body.eq(body), held::damaged.eq(NO));
        diesel::insert_into(held::table).values(values).execute(tx)?;
        cursor.put(vault, sequence);
    }
    Ok(())
}

/// Takes out those of the rows that are there.
pub(super) fn take_out(tx: &mut Tx, vault: &Vault, sequences: &[i64]) -> Result<(), HubError> {
    let those = || held::table.filter(held::sequence.eq_any(sequences.to_vec()));
    let (mut cursor, _) = Cursor::hold(tx, vault)?;
    let there: Vec<i64> = those().select(held::sequence).load(tx)?;
    there.iter().for_each(|sequence| cursor.take(vault, *sequence));
    diesel::delete(those()).execute(tx)?;
    cursor.write(tx, vault)
}

/// Rings the alarm when rows that were held are gone, or the cursor was put back.
async fn alarm_wrong(hub: &Hub) -> Result<(), HubError> {
    let wrong = compared(hub, ALL).await?;
    if wrong.is_some() {
        wire::Cause::from(MISSING).raise_alarm();
    }
    *hub.wrong.lock().unwrap_or_else(PoisonError::into_inner) = wrong;
    let (nation, vault) = (hub.nation.clone(), hub.nation.vault().clone());
    let is_far = nation.count(move |tx| Cursor::is_far(tx, &vault)).await?;
    let vault = nation.vault().clone();
    if is_far { nation.maintain(move |tx| Cursor::look_on(tx, &vault)).await } else { Ok(()) }
}

/// What is wrong with what is held, for whoever asks again and again: of many rows their number is compared, and each of them by every round.
pub(crate) async fn wrong(hub: &Hub) -> Result<Option<Wrong>, HubError> {
    let (now, found) = (compared(hub, MOST_READ).await?, *hub.wrong.lock().unwrap_or_else(PoisonError::into_inner));
    let is_many = || hub.nation.count(|tx| Ok::<i64, HubError>(held::table.count().get_result(tx)?));
    Ok(match now {
        None if found.is_some() && is_many().await? > MOST_READ => found,
        now => now,
    })
}

/// What is wrong with what is held: rows that were taken away, a cursor that was put back.
async fn compared(hub: &Hub, most: i64) -> Result<Option<Wrong>, HubError> {
    let nation = hub.nation.clone();
    let check =
        move || nation.count_blocking(|tx| Cursor::check(tx, nation.vault(), most).map(|wrong| [wrong.missing, u64::from(wrong.put_back)]));
    let checked = tokio::task::spawn_blocking(check).await;
    let [missing, put_back] = checked.map_err(|_| wire::Defect("the check of what is held"))??;
    Ok(Wrong { missing, put_back: put_back != 0 }.some())
}

/// Gives the cities what is held for them → those that do not take theirs. A row that does not open for the city it lies there for goes to
/// nobody, and the others need not wait for it.
pub(super) async fn give(hub: &Hub, caller: &Caller) -> Result<BTreeSet<MunicipalityCode>, HubError> {
    alarm_wrong(hub).await?;
    let waiting = hub.nation.count(|tx| {
        let of: Vec<i64> = held::table.filter(held::damaged.eq(NO)).select(held::municipality).distinct().load(tx)?;
        Ok::<_, HubError>(of.into_iter().map(|number| [u128::from(number.cast_unsigned())]).collect::<Vec<_>>())
    });
    let mut behind = BTreeSet::new();
    for [number] in waiting.await? {
        match municipality(number) {
            Some(municipality) => {
                if let Err(error) = of_city(hub, caller, municipality).await {
                    does_not_take(municipality, &error);
                    behind.insert(municipality);
                }
            }
            None => {
                wire::Cause::from(DAMAGED).raise_alarm();
                let number = u64::try_from(number).unwrap_or(0).cast_signed();
                let aside = hub.nation.maintain(move |tx| {
                    let those = held::table.filter(held::municipality.eq(number));
                    diesel::update(those).set(held::damaged.eq(YES)).execute(tx)?;
                    Ok::<_, HubError>(())
                });
                aside.await?;
            }
        }
    }
    Ok(behind)
}

/// Alarms that a city does not take what is for it, which is held.
pub(super) fn does_not_take(municipality: MunicipalityCode, error: &HubError) {
    tracing::error!(alarm = "held", %municipality, %error, "a city does not take what the edge has for it; it is held");
    error.raise_alarm();
}

/// How many rows were put aside.
pub(crate) async fn damaged(hub: &Hub) -> Result<i64, HubError> {
    let count = hub.nation.count(|tx| Ok::<i64, HubError>(held::table.filter(held::damaged.eq(YES)).count().get_result(tx)?));
    count.await
}

async fn of_city(hub: &Hub, caller: &Caller, municipality: MunicipalityCode) -> Result<(), HubError> {
    let city = hub.city(municipality).await?;
    loop {
        let vault = hub.nation.vault().clone();
        let rows = hub.nation.seek(caller, COLLECT, move |tx, record| {
            let those = held::municipality.eq(number(municipality)).and(held::damaged.eq(NO));
            let those = held::table.filter(those).order(held::sequence).limit(BATCH).select((held::sequence, held::body));
            let those: Vec<(i64, Vec<u8>)> = those.load(tx)?;
            record.note(format!("{} rows that were held for {municipality}", those.len()));
            let open = |(sequence, body): (i64, Vec<u8>)| Ok((sequence, wire::pass_over(opened(&vault, sequence, municipality, &body))?));
            Ok::<_, HubError>(Seen::unnamed(those.into_iter().map(open).collect::<Result<Vec<_>, HubError>>()?))
        });
        let rows = rows.await?;
        if rows.is_empty() {
            return Ok(());
        }
        let (mut whole, mut taken, mut aside) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()), Vec::new());
        for (sequence, row) in rows {
            match row {
                Some(row) => {
                    taken.push(sequence);
                    whole.push(row);
                }
                None => aside.push(sequence),
            }
        }
        keep_in(&city, caller, whole).await?;
        let vault = hub.nation.vault().clone();
        let done = hub.nation.maintain(move |tx| {
            take_out(tx, &vault, &taken)?;
            diesel::update(held::table.filter(held::sequence.eq_any(aside))).set(held::damaged.eq(YES)).execute(tx)?;
            Ok::<_, HubError>(())
        });
        done.await?;
    }
}

pub(super) fn opened(vault: &Vault, sequence: i64, municipality: MunicipalityCode, body: &[u8]) -> Result<Collection, HubError> {
    let row = unseal(vault, &cell(&sequence.to_be_bytes()).beside(&[municipality.as_str().as_bytes()]), body)?;
    let (is, of, _) = place(&row);
    if (is, of) == (sequence, municipality) { Ok(row) } else { Err(DAMAGED.into()) }
}

/// A municipality as a number, which tells of nobody.
pub(super) fn number(municipality: MunicipalityCode) -> i64 {
    municipality.as_str().parse().unwrap_or(0)
}

/// And back.
pub(super) fn municipality(number: u128) -> Option<MunicipalityCode> {
    MunicipalityCode::parse(&format!("{number:06}")).ok()
}

fn cell(sequence: &[u8; 8]) -> Cell<'_> {
    Cell::new("held", sequence, "body")
}
