//! Sends to atena who has no unified number yet; atena gives the same number however often it is asked, so a kill in between is harmless.

use std::collections::HashMap;

use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::Nothing;
use protocol::messages::atena::{PERSONS, PersonRow, PersonsAnswer, PersonsRequest};
use protocol::messages::registry::UnifiedNumbersObtained;
use serde::{Deserialize, Serialize};
use vault::Vault;
use vocabulary::{ResidentNumber, Sex, day};
use wire::CellLines;
use work::jobs::JobRun;

use super::NUMBER;
use super::table::unified_number;
use crate::person::person_id;
use crate::residents::contact::SealedContact;
use crate::residents::number_cell;
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// People of one request.
const BATCH: usize = 1_000;

/// Where the job stands.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Cursor {
    /// The last resident who was asked about.
    after: i64,
    refused: u64,
    damaged: u64,
}

/// One batch on its way: rows, the ids behind them, their numbers one a line, the last id that was looked at, and how many of whom something
/// cannot be read.
struct Portion {
    rows: Vec<PersonRow>,
    ids: HashMap<ResidentNumber, i64>,
    lines: CellLines,
    last: i64,
    damaged: u64,
}

/// Asks until everybody with an individual number was asked about once.
pub(super) async fn obtain(registry: Registry, run: JobRun, _: Nothing) -> Result<UnifiedNumbersObtained, RegistryError> {
    run.work_under_any_rules();
    let mut cursor: Cursor = run.checkpoint()?.unwrap_or_default();
    loop {
        let (task, attempt) = (registry.clone(), run.clone());
        let portion = crate::work(move || portion(&task, &attempt, cursor.after)).await?;
        if portion.last == cursor.after {
            break;
        }
        cursor.damaged += portion.damaged;
        cursor = ask(&registry, &run, portion, cursor).await?;
    }
    let unified = registry.room.count(|tx| Ok::<i64, RegistryError>(unified_number::table.count().get_result(tx)?)).await?;
    Ok(UnifiedNumbersObtained { unified_numbers: u64::try_from(unified).unwrap_or(0), refused: cursor.refused, damaged: cursor.damaged })
}

/// What is stored of a person: number, name, kana, sex, birth, where they live, sealed individual number.
type Stored = (String, String, String, i16, i32, SealedContact, Option<Vec<u8>>);

fn portion(registry: &Registry, run: &JobRun, after: i64) -> Result<Portion, RegistryError> {
    registry.room.see_blocking(run.caller(), NUMBER, |tx, record| {
        let numbered = unified_number::table.select(unified_number::resident);
        let query = resident::table
            .filter(resident::id.gt(after).and(resident::sealed_number.is_not_null()).and(resident::id.ne_all(numbered)))
            .order(resident::id)
            .limit(run.limit(BATCH))
            .select((
                resident::number,
                resident::name,
                resident::kana,
                resident::sex,
                resident::birth,
                SealedContact::NOW,
                resident::sealed_number,
            ));
        let rows: Vec<Stored> = query.load(tx)?;
        let mut portion = Portion {
            rows: Vec::with_capacity(rows.len()),
            ids: HashMap::new(),
            lines: CellLines::with_capacity(rows.len()),
            last: after,
            damaged: 0,
        };
        let mut people = registry.room.people();
        for stored in rows {
            portion.last = stored.5.id();
            people.add(&person_id(&stored.0));
            if wire::pass_over(portion.add(registry.room.vault(), stored))?.is_none() {
                portion.damaged += 1;
            }
        }
        record.note(format!("{} people to atena, {} who cannot be read", portion.rows.len(), portion.damaged));
        Ok::<_, RegistryError>(Seen::many(people, portion))
    })
}

impl Portion {
    fn add(&mut self, vault: &Vault, stored: Stored) -> Result<(), RegistryError> {
        let (number, name, kana, sex, birth, sealed_contact, sealed) = stored;
        let number = ResidentNumber::parse(&number).map_err(|_| wire::Damaged("a resident number"))?;
        let birth = day::from_number(birth).ok_or(wire::Damaged("a birth date"))?;
        let contact = sealed_contact.open(vault)?;
        self.lines.open(vault, &number_cell(&number), sealed.as_deref().unwrap_or_default())?;
        self.ids.insert(number, sealed_contact.id());
        self.rows.push(PersonRow {
            resident_number: number,
            name: name.into(),
            kana: kana.into(),
            sex: Sex::from_code(sex).unwrap_or_default().into(),
            birth_date: birth.into(),
            address: format!("{}{}", contact.address(), contact.building()).into(),
            number_corrected: false,
        });
        Ok(())
    }
}

/// Where the job stands then.
async fn ask(registry: &Registry, run: &JobRun, mut portion: Portion, before: Cursor) -> Result<Cursor, RegistryError> {
    let rows = std::mem::take(&mut portion.rows);
    let answer = if rows.is_empty() { PersonsAnswer { rows: Vec::new() } } else { asked(registry, rows, &portion.lines).await? };
    keep(registry, run, portion, answer, before).await
}

async fn asked(registry: &Registry, rows: Vec<PersonRow>, lines: &CellLines) -> Result<PersonsAnswer, RegistryError> {
    let entropy = registry.entropy.as_ref();
    let (request_id, numbers) = lines.seal(&registry.client, &registry.party, &registry.atena, PERSONS, entropy).await?;
    let request = PersonsRequest { request_id, rows, numbers };
    Ok(registry.client.post(&registry.atena, PERSONS, request_id, &request).await?)
}

async fn keep(registry: &Registry, run: &JobRun, portion: Portion, answer: PersonsAnswer, before: Cursor) -> Result<Cursor, RegistryError> {
    let now = registry.clock.now_ms();
    let (ids, last) = (portion.ids, portion.last);
    let (given, refused): (Vec<_>, Vec<_>) = answer.rows.into_iter().partition(|row| row.unified_number.is_some());
    let next = Cursor { after: last, refused: before.refused + refused.len() as u64, ..before };
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
        portion.checkpoint(&next)?;
        Ok::<_, RegistryError>(Seen::people(people, next))
    });
    write.await
}
