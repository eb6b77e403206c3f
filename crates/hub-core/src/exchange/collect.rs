//! What people and facilities entered at the edge, into the rooms of the municipalities whose it is; each row once, by its number.

use std::collections::{BTreeMap, BTreeSet};

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, PersonId, Seen};
use protocol::Private;
use protocol::messages::checkups::Items;
use protocol::messages::edge::{COLLECTIONS, Collection, Collections, EnteredResult};
use protocol::messages::hub::{BasicFiveInfo, HubResult};
use store::Tx;
use vault::Cell;
use vocabulary::{Id128, MunicipalityCode};

use super::cursor::Cursor;
use super::{PATIENCE, held};
use crate::city::City;
use crate::table::{answer, collected, kind, numbers, person, result, seal, unseal};
use crate::{Hub, HubError};

pub(super) const COLLECT: Act = Act::new("hub-core:collections.take");

/// Everything the edge has → the cities whose rooms do not take theirs now, for which it is held. The cursor moves when all rows are in rooms or
/// held; a crash before only fetches again.
pub(super) async fn all(hub: &Hub, caller: &Caller) -> Result<BTreeSet<MunicipalityCode>, HubError> {
    let mut behind = held::give(hub, caller).await?;
    loop {
        let vault = hub.nation.vault().clone();
        let after = hub.nation.count(move |tx| Ok::<i64, HubError>(Cursor::read(tx, &vault)?.after)).await?;
        let path = format!("{COLLECTIONS}?after={after}");
        let Collections { rows } = hub.house.client.within(PATIENCE).get(&hub.edge, &path).await?;
        let Some(last) = rows.iter().map(|row| place(row).0).max() else { return Ok(behind) };
        if last <= after {
            return Err(wire::BadAnswer("the edge gave rows that were fetched before").into());
        }
        let mut by_city: BTreeMap<MunicipalityCode, Vec<Collection>> = BTreeMap::new();
        for row in rows {
            by_city.entry(place(&row).1).or_default().push(row);
        }
        let mut aside = Vec::new();
        for (municipality, rows) in by_city {
            // behind what is held for it already
            if !behind.contains(&municipality)
                && let Err(error) = to_city(hub, caller, municipality, rows.clone()).await
            {
                held::does_not_take(municipality, &error);
                behind.insert(municipality);
            }
            if behind.contains(&municipality) {
                aside.extend(rows);
            }
        }
        let vault = hub.nation.vault().clone();
        let moved = hub.nation.change(caller, COLLECT, move |tx, record| {
            record.note(format!("up to {last}, {} rows held", aside.len()));
            let (cursor, entry) = Cursor::hold(tx, &vault)?;
            if cursor.after != after {
                return Err(NotMoved::Elsewhere);
            }
            let mut cursor = cursor.move_to(last, entry);
            held::put(tx, &vault, &mut cursor, &aside)?;
            cursor.write(tx, &vault)?;
            Ok(Seen::nobody(()))
        });
        match moved.await {
            // What it fetched the other has given or held: on from where that is.
            Ok(()) | Err(NotMoved::Elsewhere) => {}
            Err(NotMoved::Failed(error)) => return Err(error),
        }
    }
}

/// Why the cursor was not moved, and nothing of it recorded.
enum NotMoved {
    /// Another process moved it meanwhile: the former one, which is about to end.
    Elsewhere,
    Failed(HubError),
}

impl<E: Into<HubError>> From<E> for NotMoved {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

async fn to_city(hub: &Hub, caller: &Caller, municipality: MunicipalityCode, rows: Vec<Collection>) -> Result<(), HubError> {
    keep_in(&hub.city(municipality).await?, caller, rows).await
}

/// Each once, in one transaction.
pub(super) async fn keep_in(city: &City, caller: &Caller, rows: Vec<Collection>) -> Result<(), HubError> {
    let inside = city.clone();
    let kept = city.room.change(caller, COLLECT, move |tx, _| {
        let mut people = Vec::new();
        rows.iter().try_for_each(|row| keep(tx, &mut people, &inside, row))?;
        Ok::<_, HubError>(Seen::people(people, ()))
    });
    kept.await
}

pub(super) fn place(row: &Collection) -> (i64, MunicipalityCode, &Id128) {
    match row {
        Collection::Answer { sequence, municipality, pmh_key, .. } | Collection::Result { sequence, municipality, pmh_key, .. } => {
            (*sequence, *municipality, pmh_key.expose())
        }
    }
}

fn keep(tx: &mut Tx, people: &mut Vec<PersonId<'static>>, city: &City, row: &Collection) -> Result<(), HubError> {
    let (sequence, _, key) = place(row);
    let there: Option<String> = collected::table.find(sequence).select(collected::kind).first(tx).optional()?;
    if there.is_some() {
        return Ok(());
    }
    let index = city.key_index(key);
    let those = person::table.filter(person::key_index.eq(index.as_bytes().as_slice()));
    let those = those.select((person::id, person::identity_key, person::basic));
    let whose: Option<(i64, String, Vec<u8>)> = those.first(tx).optional()?;
    let kept = match whose {
        Some((id, name, basic)) => {
            people.push(crate::person_id(&name).into_owned());
            keep_of(tx, city, (id, name, &basic), row).map(Some)
        }
        None => Ok(None),
    };
    let (kind, stray) = match wire::pass_over(kept)?.flatten() {
        Some(kind) => (kind, None),
        None => {
            tracing::error!(
                alarm = "stray",
                sequence,
                "what the edge had is for nobody who can be read here: kept for a person to look into"
            );
            let cell = sequence.to_be_bytes();
            (kind::STRAY, Some(seal(city.room.vault(), &Cell::new("collected", &cell, "stray"), row)?))
        }
    };
    let values = (
        collected::sequence.eq(sequence),
        collected::kind.eq(kind),
        collected::stray.eq(stray),
        collected::at.eq(city.room.clock().now_ms()),
    );
    diesel::insert_into(collected::table).values(values).execute(tx)?;
    Ok(())
}

/// → its kind. What is stored of the person is read before anything is written.
fn keep_of(tx: &mut Tx, city: &City, (id, name, basic): (i64, String, &[u8]), row: &Collection) -> Result<&'static str, HubError> {
    match row {
        Collection::Answer { sequence, id: sheet, body, .. } => {
            keep_answers(tx, city, id, (*sequence, sheet), body.expose())?;
            Ok(kind::ANSWER)
        }
        Collection::Result { sequence, body, .. } => {
            let basic = unseal(city.room.vault(), &Cell::new("person", &id.to_be_bytes(), "basic"), basic)?;
            keep_result(tx, city, (*sequence, name), basic, body)?;
            Ok(kind::RESULT)
        }
    }
}

/// Keeps the latest: a row that was held and comes after a later one changes nothing.
fn keep_answers(tx: &mut Tx, city: &City, person: i64, (sequence, sheet): (i64, &Id128), answers: &Items) -> Result<(), HubError> {
    let later: Option<i64> = answer::table.find(sheet.as_bytes().as_slice()).select(answer::sequence).first(tx).optional()?;
    if later.is_some_and(|later| later > sequence) {
        return Ok(());
    }
    let sealed = seal(city.room.vault(), &answers_cell(sheet), answers)?;
    let said = (answer::sequence.eq(sequence), answer::answers.eq(&sealed));
    let values = (answer::sheet.eq(sheet.as_bytes().as_slice()), answer::person.eq(person), said);
    store::upsert!(tx, answer::table, values, (answer::sheet), said)?;
    Ok(())
}

/// With the answers as they were when the result was entered: the person's, and over them the practitioner's. A result that comes under the
/// name of another is its correction: one version more, which the registry gets as such. One that was held, and comes after what was entered
/// later under its name, has been corrected already and changes nothing.
fn keep_result(tx: &mut Tx, city: &City, (at, name): (i64, String), basic: BasicFiveInfo, entered: &EnteredResult) -> Result<(), HubError> {
    let last = result::table.filter(result::name.eq(entered.id.as_bytes().as_slice())).order(result::version.desc());
    let last: Option<(i64, i32, i64, Vec<u8>)> =
        last.select((result::sequence, result::version, result::entered, result::body)).first(tx).optional()?;
    let version = last.as_ref().map_or(1, |(_, version, ..)| version.saturating_add(1));
    if last.as_ref().is_some_and(|(_, _, later, _)| *later > at) {
        return Ok(());
    }
    if let Some((sequence, _, _, body)) = last
        && says(&unseal(city.room.vault(), &Cell::new("result", &sequence.to_be_bytes(), "body"), &body)?, entered)
    {
        return Ok(());
    }
    let vault = city.room.vault();
    let sheet = &entered.questionnaire;
    let stored: Option<Vec<u8>> = answer::table.find(sheet.as_bytes().as_slice()).select(answer::answers).first(tx).optional()?;
    let mut answers: Items = stored.map(|stored| unseal(vault, &answers_cell(sheet), &stored)).transpose()?.unwrap_or_default();
    answers.extend(entered.answers.expose().clone());
    let sequence = numbers(tx, "result", 1)?;
    let row = HubResult {
        sequence,
        id: entered.id,
        version: u32::try_from(version).unwrap_or(u32::MAX),
        municipality: city.municipality,
        municipality_identity_key: name,
        programme: entered.programme.clone(),
        fiscal_year: entered.fiscal_year,
        examined_on: entered.examined_on,
        institution: entered.institution,
        basic_five_info: basic,
        answers: Private::new(answers),
        items: entered.items.clone(),
    };
    let body = seal(vault, &Cell::new("result", &sequence.to_be_bytes(), "body"), &row)?;
    let values = (
        result::sequence.eq(sequence),
        result::name.eq(entered.id.as_bytes().as_slice()),
        result::version.eq(version),
        result::entered.eq(at),
        result::identity_key.eq(&row.municipality_identity_key),
        result::body.eq(body),
    );
    diesel::insert_into(result::table).values(values).execute(tx)?;
    Ok(())
}

/// Whether the result says what the facility entered: then it is no correction, however it came a second time.
fn says(result: &HubResult, entered: &EnteredResult) -> bool {
    let answers = result.answers.expose();
    result.examined_on == entered.examined_on
        && result.institution == entered.institution
        && result.items == entered.items
        && entered.answers.expose().iter().all(|(item, answer)| answers.get(item) == Some(answer))
}

fn answers_cell(sheet: &Id128) -> Cell<'_> {
    Cell::new("answer", sheet.as_bytes(), "answers")
}
