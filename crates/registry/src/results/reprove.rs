//! What records prove, derived anew after the rules of the catalogue have changed: shown first, then applied.

use std::collections::{BTreeMap, HashMap, HashSet};

use access::Caller;
use catalogue::Catalogue;
use diesel::prelude::*;
use ledger::{Record, Room, Seen};
use store::Tx;

use super::compare::{Change, Difference, Kind, StoredProofs, differences};
use super::content::RecordContent;
use super::form::{Form, Proofs};
use super::layout::Layouts;
use super::prove::{self, Proven};
use super::table::record_row;
use crate::RegistryError;
use crate::person::person_id;
use crate::residents::table::resident;

/// Records that are looked at in one transaction.
const PORTION: i64 = 2_000;

/// What the rules make of all records that there are.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reproved {
    /// Records that were looked at.
    pub records: u64,
    /// Of these, records that prove something else than before.
    pub differing: u64,
    /// People whose records those are.
    pub people: u64,
    /// Examinations by programme.
    pub examinations: BTreeMap<String, Counts>,
    /// Facts by their id.
    pub facts: BTreeMap<String, Counts>,
    /// Detailed examinations (精検) and the screenings they belong to, by record type.
    pub detailed: BTreeMap<String, Counts>,
}

/// How many proofs differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// That are new.
    pub added: u64,
    /// That no longer hold.
    pub removed: u64,
    /// That say something else.
    pub changed: u64,
}

/// Derives anew what every record proves by the rules of a catalogue, in portions; `on` hears of each difference once it is recorded that
/// they were looked at. Unless `apply` is set, nothing is changed. Broken off, it can be run again. For a thread that may block.
pub fn reprove(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    apply: bool,
    on: &mut dyn FnMut(&Difference),
) -> Result<Reproved, RegistryError> {
    let forms = catalogue
        .records()
        .iter()
        .map(|record| Ok((i16::try_from(record.number).unwrap_or(i16::MAX), Form::of(catalogue, record.number)?)));
    let forms: HashMap<i16, Form<'_>> = forms.collect::<Result<_, RegistryError>>()?;
    let (mut reproved, mut people, mut after) = (Reproved::default(), HashSet::new(), 0);
    loop {
        let look = |tx: &mut Tx, record: &mut Record<'_>| portion(tx, record, (room, &forms), after, apply);
        let portion =
            if apply { room.change_blocking(caller, super::REPROVE, look)? } else { room.see_blocking(caller, super::REPROVE, look)? };
        for found in &portion.differences {
            reproved.count(found);
            on(found);
        }
        reproved.records += portion.records;
        reproved.differing += portion.differing;
        people.extend(portion.people);
        match portion.last {
            Some(last) => after = last,
            None => break,
        }
    }
    reproved.people = people.len() as u64;
    Ok(reproved)
}

impl Reproved {
    fn count(&mut self, found: &Difference) {
        let counts = match found.kind {
            Kind::Examination => &mut self.examinations,
            Kind::Fact => &mut self.facts,
            Kind::Detailed => &mut self.detailed,
        };
        let counts = counts.entry(found.what.clone()).or_default();
        match found.change {
            Change::Added => counts.added += 1,
            Change::Removed => counts.removed += 1,
            Change::Changed => counts.changed += 1,
        }
    }
}

/// What came of a portion.
struct Portion {
    records: u64,
    differing: u64,
    people: HashSet<i64>,
    differences: Vec<Difference>,
    /// The last record, unless there are no more.
    last: Option<i64>,
}

/// A record, opened.
struct OpenRecord {
    row: i64,
    resident: i64,
    number: String,
    record: i16,
    history: i32,
    source: String,
    content: RecordContent,
}

type Columns = (i64, i64, String, i16, i32, String, Vec<u8>);

fn portion(
    tx: &mut Tx,
    entry: &mut Record<'_>,
    (room, forms): (&Room, &HashMap<i16, Form<'_>>),
    after: i64,
    apply: bool,
) -> Result<Seen<Portion>, RegistryError> {
    let vault = room.vault();
    let layouts = Layouts::load(tx)?;
    let columns = (
        record_row::id,
        record_row::resident,
        resident::number,
        record_row::record,
        record_row::history,
        record_row::source,
        record_row::content,
    );
    let rows: Vec<Columns> = record_row::table
        .inner_join(resident::table.on(resident::id.eq(record_row::resident)))
        .filter(record_row::id.gt(after))
        .order(record_row::id)
        .limit(PORTION)
        .select(columns)
        .load(tx)?;
    let open = |(row, resident, number, record, history, source, sealed): Columns| {
        let content = RecordContent::open(vault, &layouts, row, &sealed)?;
        Ok(OpenRecord { row, resident, number, record, history, source, content })
    };
    let rows = rows.into_iter().map(open).collect::<Result<Vec<_>, RegistryError>>()?;
    let ids: Vec<i64> = rows.iter().map(|row| row.row).collect();
    let stored = StoredProofs::load(tx, vault, &ids)?;
    // A record type that the catalogue no longer has proves nothing.
    let cells: Vec<Vec<&str>> =
        rows.iter().map(|row| forms.get(&row.record).map_or_else(Vec::new, |form| row.content.in_order(form.record))).collect();
    let (mut differing, mut found) = (Vec::new(), Vec::new());
    for (row, cells) in rows.iter().zip(&cells) {
        let proofs = forms.get(&row.record).map_or_else(Proofs::default, |form| form.proofs(cells, row.history));
        let before = found.len();
        let record = forms.get(&row.record).map_or_else(|| row.record.to_string(), |form| form.record.id.clone());
        differences(stored.of(row.row), &proofs, &mut |kind, what, examination, change| {
            let what = if kind == Kind::Detailed { record.clone() } else { what.to_owned() };
            let (resident, examination) = (row.number.clone(), examination.to_owned());
            found.push(Difference { resident, record: row.record, history: row.history, kind, what, examination, change });
        });
        if found.len() > before {
            differing.push(Proven {
                row: row.row,
                resident: row.resident,
                record: row.record,
                history: row.history,
                source: &row.source,
                proofs,
            });
        }
    }
    if apply && !differing.is_empty() {
        prove::remove(tx, &differing.iter().map(|row| row.row).collect::<Vec<_>>())?;
        let mut next = prove::next_examination(tx)?;
        prove::write(tx, vault, &differing, &mut next)?;
    }
    let word = if apply { "changed" } else { "would change" };
    entry.note(format!("{} records after {after}: {} {word}", rows.len(), differing.len()));
    let mut people = room.people();
    people.extend(rows.iter().map(|row| person_id(&row.number)));
    let portion = Portion {
        records: rows.len() as u64,
        differing: differing.len() as u64,
        people: differing.iter().map(|row| row.resident).collect(),
        differences: found,
        last: rows.last().map(|row| row.row).filter(|_| i64::try_from(rows.len()) == Ok(PORTION)),
    };
    Ok(Seen::many(people, portion))
}
