//! What records prove, derived anew after the rules of the catalogue have changed: shown first where that was asked for, then changed.

use std::collections::{HashMap, HashSet};

use access::Caller;
use catalogue::Catalogue;
use diesel::prelude::*;
use ledger::{People, Record, Room, Seen};
use protocol::messages::registry::Reproved;
use sheets::Writer;
use store::Tx;
use work::jobs::{JobRun, Pace};

use super::compare::{Change, Difference, ProofKind, StoredProofs, differences};
use super::content::RecordContent;
use super::form::{Form, Proofs};
use super::layout::Layouts;
use super::prove::{self, Proven};
use super::table::record_row;
use crate::RegistryError;
use crate::person::person_id;
use crate::residents::table::resident;

/// Records that are looked at in the first portion.
const PORTION: usize = 2_000;
/// The job's file of everything that differs.
pub const DIFFERENCES: &str = "differences.csv";

/// Where a job stands: those up to this resident were looked at, and what came of it.
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Cursor {
    after: Option<i64>,
    reproved: Reproved,
    /// Whether what differs is only compared, to be shown.
    is_preview: bool,
}

/// Derives anew, at once and without a job, what every record proves by the rules of a catalogue. Of a preview nothing is changed; `on` hears of
/// each difference. For a thread that may block.
pub fn reprove(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    is_preview: bool,
    on: &mut dyn FnMut(&Difference),
) -> Result<Reproved, RegistryError> {
    derive(&JobRun::alone(room, caller), catalogue, is_preview, on)
}

/// The same as a job, in portions of whole people; `on` hears of each difference once it is recorded that they were looked at. With the last portion
/// of a preview the job stops and shows what differs; resumed, it begins anew and changes what differs then.
pub(super) fn derive(
    run: &JobRun,
    catalogue: &Catalogue,
    is_preview: bool,
    on: &mut dyn FnMut(&Difference),
) -> Result<Reproved, RegistryError> {
    let forms = catalogue
        .records()
        .iter()
        .map(|record| Ok((i16::try_from(record.number).unwrap_or(i16::MAX), Form::of(catalogue, record.number)?)));
    let forms: HashMap<i16, Form<'_>> = forms.collect::<Result<_, RegistryError>>()?;
    let mut cursor = run.checkpoint()?.unwrap_or_else(|| Cursor { is_preview, ..Cursor::default() });
    let apply = !cursor.is_preview;
    let (room, mut pace) = (run.room(), Pace::of(run, PORTION));
    loop {
        run.progress(if apply { "applying" } else { "comparing" }, cursor.reproved.records, None);
        let after = cursor.after;
        let looked = if apply {
            run.portion_blocking(super::REPROVE, |tx, record, job| {
                let (people, looked) = portion(tx, record, (room, &forms), (after, pace.limit()), true)?;
                cursor.take(&looked);
                cursor.keep(tx, job, catalogue, (after, room.people()), &looked)?;
                Ok::<_, RegistryError>(Seen::many(people, looked))
            })?
        } else {
            let look = |tx: &mut Tx, record: &mut Record<'_>| {
                let (people, looked) = portion(tx, record, (room, &forms), (after, pace.limit()), false)?;
                Ok::<_, RegistryError>(Seen::many(people, looked))
            };
            let looked = room.see_blocking(run.caller(), super::REPROVE, look)?;
            cursor.take(&looked);
            run.aside_blocking(|tx, job| cursor.keep(tx, job, catalogue, (after, room.people()), &looked))?;
            looked
        };
        looked.differences.iter().for_each(&mut *on);
        if looked.last.is_none() {
            return Ok(cursor.reproved);
        }
        if apply {
            pace.adapt(run, usize::try_from(looked.records).unwrap_or(usize::MAX));
        }
    }
}

impl Cursor {
    fn take(&mut self, looked: &Portion) {
        looked.differences.iter().for_each(|found| count(&mut self.reproved, found));
        self.reproved.records += looked.records;
        self.reproved.damaged += looked.damaged;
        self.reproved.differing += looked.differing;
        self.reproved.people += looked.people;
        self.after = looked.last.or(self.after);
    }

    /// Keeps it, and what differs, with the portion; the last one shows what came of a preview, or ends the job with what was changed.
    fn keep(
        &self,
        tx: &mut Tx,
        job: &mut work::jobs::Portion<'_>,
        catalogue: &Catalogue,
        (after, mut people): (Option<i64>, People),
        looked: &Portion,
    ) -> Result<(), RegistryError> {
        let mut lines = Writer::for_people(Vec::new());
        if after.is_none() {
            // of what was shown, or of an attempt that was given up
            job.remove(tx, DIFFERENCES)?;
            lines.row(super::compare::HEADING)?;
        }
        looked.differences.iter().try_for_each(|found| lines.row(found.cells(catalogue)))?;
        people.extend(looked.differences.iter().map(|found| person_id(&found.resident)));
        job.append(tx, DIFFERENCES, &lines.finish()?, &people)?;
        match looked.last {
            Some(_) => job.checkpoint(self)?,
            None if self.is_preview => {
                job.checkpoint(&Cursor::default())?;
                job.show(&self.reproved)?;
            }
            None => job.done(&self.reproved)?,
        }
        Ok(())
    }
}

fn count(reproved: &mut Reproved, found: &Difference) {
    let counts = match found.kind {
        ProofKind::Examination => &mut reproved.examinations,
        ProofKind::Fact => &mut reproved.facts,
        ProofKind::Detailed => &mut reproved.detailed,
    };
    let counts = counts.entry(found.what.clone()).or_default();
    match found.change {
        Change::Added => counts.added += 1,
        Change::Removed => counts.removed += 1,
        Change::Changed => counts.changed += 1,
    }
}

/// What came of a portion.
struct Portion {
    records: u64,
    damaged: u64,
    differing: u64,
    people: u64,
    differences: Vec<Difference>,
    /// The last resident, unless there are no more.
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
    (after, most): (Option<i64>, i64),
    apply: bool,
) -> Result<(People, Portion), RegistryError> {
    let vault = room.vault();
    let layouts = Layouts::load(tx)?;
    let (rows, last) = records(tx, after, most)?;
    let looked_at = rows.len() as u64;
    // One that cannot be read holds up no other, and proves what it did.
    let open = |(row, resident, number, record, history, source, sealed): Columns| {
        let content = wire::pass_over(RecordContent::open(vault, &layouts, row, &sealed)).transpose()?;
        Some(content.map(|content| OpenRecord { row, resident, number, record, history, source, content }))
    };
    let rows = rows.into_iter().filter_map(open).collect::<Result<Vec<_>, RegistryError>>()?;
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
            let what = if kind == ProofKind::Detailed { record.clone() } else { what.to_owned() };
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
    let after = after.unwrap_or(0);
    let word = if apply { "changed" } else { "would change" };
    entry.note(format!("{} records of people after {after}: {} {word}", rows.len(), differing.len()));
    let mut people = room.people();
    people.extend(rows.iter().map(|row| person_id(&row.number)));
    let looked = Portion {
        records: looked_at,
        damaged: looked_at - rows.len() as u64,
        differing: differing.len() as u64,
        people: differing.iter().map(|row| row.resident).collect::<HashSet<_>>().len() as u64,
        differences: found,
        last,
    };
    Ok((people, looked))
}

/// The records of the next people, all of each, and the last of these people unless there are no more.
fn records(tx: &mut Tx, after: Option<i64>, most: i64) -> Result<(Vec<Columns>, Option<i64>), RegistryError> {
    let mut rows: Vec<Columns> = of(after.unwrap_or(i64::MIN), i64::MAX).limit(most).load(tx)?;
    if i64::try_from(rows.len()) != Ok(most) {
        return Ok((rows, None));
    }
    // there may be more of the last one
    let last = rows.last().map_or(i64::MIN, |row| row.1);
    let whole = rows.partition_point(|row| row.1 < last);
    if whole == 0 {
        rows = of(after.unwrap_or(i64::MIN), last).load(tx)?;
        return Ok((rows, Some(last)));
    }
    rows.truncate(whole);
    let last = rows.last().map(|row| row.1);
    Ok((rows, last))
}

/// Records of the residents after one and up to another, by resident.
#[diesel::dsl::auto_type]
fn of(after: i64, until: i64) -> _ {
    record_row::table
        .inner_join(resident::table.on(resident::id.eq(record_row::resident)))
        .filter(record_row::resident.gt(after))
        .filter(record_row::resident.le(until))
        .order((record_row::resident, record_row::id))
        .select((
            record_row::id,
            record_row::resident,
            resident::number,
            record_row::record,
            record_row::history,
            record_row::source,
            record_row::content,
        ))
}
