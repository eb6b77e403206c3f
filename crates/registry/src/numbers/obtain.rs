//! Sends to atena who has no unified number yet; atena gives the same number however often it is asked, so a kill in between is harmless.

use std::collections::HashMap;

use access::Caller;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Nothing;
use protocol::messages::atena::{PERSONS, PersonRow, PersonsAnswer, PersonsRequest};
use protocol::messages::registry::UnifiedNumbersObtained;
use vocabulary::{ResidentNumber, Sex, day};
use wire::CellLines;
use work::jobs::JobRun;

use super::NUMBER;
use super::table::unified_number;
use crate::person::person_id;
use crate::residents::number_cell;
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// People of one request.
const BATCH: i64 = 1_000;

/// One batch on its way: rows, the ids behind them, their numbers one a line, the last id.
struct Portion {
    rows: Vec<PersonRow>,
    ids: HashMap<ResidentNumber, i64>,
    lines: CellLines,
    last: i64,
}

/// Asks until everybody with an individual number was asked about once.
pub(super) async fn obtain(registry: Registry, run: JobRun, _: Nothing) -> Result<UnifiedNumbersObtained, RegistryError> {
    let (mut after, mut refused): (i64, u64) = run.checkpoint()?.unwrap_or_default();
    loop {
        let (task, asker) = (registry.clone(), run.caller().clone());
        let portion = crate::work(move || portion(&task, &asker, after)).await?;
        if portion.rows.is_empty() {
            break;
        }
        after = portion.last;
        refused = ask(&registry, &run, portion, refused).await?;
    }
    let unified = registry.room.count(|tx| Ok::<i64, RegistryError>(unified_number::table.count().get_result(tx)?)).await?;
    Ok(UnifiedNumbersObtained { unified_numbers: u64::try_from(unified).unwrap_or(0), refused })
}

fn portion(registry: &Registry, caller: &Caller, after: i64) -> Result<Portion, RegistryError> {
    type Row = (i64, String, String, String, i16, i32, String, String, Option<Vec<u8>>);
    registry.room.see_blocking(caller, NUMBER, |tx, record| {
        let numbered = unified_number::table.select(unified_number::resident);
        let query = resident::table
            .filter(resident::id.gt(after).and(resident::sealed_number.is_not_null()).and(resident::id.ne_all(numbered)))
            .order(resident::id)
            .limit(BATCH)
            .select((
                resident::id,
                resident::number,
                resident::name,
                resident::kana,
                resident::sex,
                resident::birth,
                resident::address,
                resident::building,
                resident::sealed_number,
            ));
        let rows: Vec<Row> = query.load(tx)?;
        let mut portion =
            Portion { rows: Vec::with_capacity(rows.len()), ids: HashMap::new(), lines: CellLines::with_capacity(rows.len()), last: after };
        let mut people = registry.room.people();
        for (id, number, name, kana, sex, birth, address, building, sealed) in rows {
            let malformed = |_| wire::Damaged("a resident number");
            let number = ResidentNumber::parse(&number).map_err(malformed)?;
            let birth = day::from_number(birth).ok_or(wire::Damaged("a birth date"))?;
            portion.lines.open(registry.room.vault(), &number_cell(&number), sealed.as_deref().unwrap_or_default())?;
            people.add(&person_id(number.as_str()));
            portion.ids.insert(number, id);
            portion.last = id;
            portion.rows.push(PersonRow {
                resident_number: number,
                name: name.into(),
                kana: kana.into(),
                sex: Sex::from_code(sex).unwrap_or_default().into(),
                birth_date: birth.into(),
                address: format!("{address}{building}").into(),
                number_corrected: false,
            });
        }
        record.note(format!("{} people to atena", portion.rows.len()));
        Ok::<_, RegistryError>(Seen::many(people, portion))
    })
}

/// How many were refused, with those before.
async fn ask(registry: &Registry, run: &JobRun, portion: Portion, before: u64) -> Result<u64, RegistryError> {
    let entropy = registry.entropy.as_ref();
    let (request_id, numbers) = portion.lines.seal(&registry.client, &registry.party, &registry.atena, PERSONS, entropy).await?;
    let request = PersonsRequest { request_id, rows: portion.rows, numbers };
    let answer: PersonsAnswer = registry.client.post(&registry.atena, PERSONS, request_id, &request).await?;
    let now = registry.clock.now_ms();
    let (ids, last) = (portion.ids, portion.last);
    let (given, refused): (Vec<_>, Vec<_>) = answer.rows.into_iter().partition(|row| row.unified_number.is_some());
    let refused = before + refused.len() as u64;
    run.progress("numbering", u64::try_from(last).unwrap_or(0), None);
    let write = run.portion(NUMBER, move |tx, record, portion| {
        let (mut rows, mut people) = (Vec::with_capacity(given.len()), Vec::with_capacity(given.len()));
        for row in &given {
            people.push(person_id(row.resident_number.as_str()));
            if let (Some(id), Some(unified)) = (ids.get(&row.resident_number), &row.unified_number) {
                rows.push((unified_number::resident.eq(*id), unified_number::unified.eq(unified.to_string()), unified_number::at.eq(now)));
            }
        }
        for rows in rows.chunks(200) {
            store::insert_ignore!(tx, unified_number::table, rows.to_vec())?;
        }
        record.note(format!("{} unified numbers", rows.len()));
        portion.checkpoint(&(last, refused))?;
        Ok::<_, RegistryError>(Seen::people(people, refused))
    });
    write.await
}
