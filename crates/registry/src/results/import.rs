//! Import of a file of one record type (R-REG-6): read to its end first, so that one that breaks off leaves nothing; then written in portions,
//! between which others read and write. The same file again changes nothing. One that is shown first (see [`super::preview`]) goes in from what was
//! kept aside of it then.

use std::collections::HashMap;
use std::io::{Read, Seek};

use access::Caller;
use catalogue::Catalogue;
use diesel::prelude::*;
use ledger::{Room, Seen};
use protocol::messages::registry::ImportedResults;
use store::Tx;
use vocabulary::ResidentNumber;
use work::jobs::{JobRun, Pace};

use super::file::{File, ResultRow};
use super::form::Form;
use super::preview;
use super::table::{FILE, record_row};
use super::write::{Origin, RowOutcome, Writer, known};
use crate::RegistryError;
use crate::files::encoding::Encoding;
use crate::files::hashing::{Hashing, keyed};
use crate::files::{Rejected, changed_since, rejects_csv};
use crate::imports;
use crate::person::person_id;
use crate::residents::table::resident;
use crate::residents::{FileError, REJECTS};

/// What happens on the way.
#[derive(Debug)]
pub enum Event {
    /// A refused row.
    Rejected(Rejected),
    /// So many rows are done.
    Progress(u64),
}

/// Rows of the first portion.
pub(super) const PORTION: usize = 1_000;

/// Where a job stands.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub(super) struct Cursor {
    /// The file's number; 0 as long as the file is only shown.
    import: i64,
    /// Rows that are done, and what came of them.
    imported: ImportedResults,
    /// The keyed digest of the file.
    digest: [u8; 32],
    /// Whether there was no record before it.
    first: bool,
    /// Whether all of it is in.
    is_in: bool,
    /// Of a file that was shown first: the part of what was kept aside with which it goes on, and how many rows the file has.
    aside: Option<(i32, u64)>,
}

impl Cursor {
    /// Of a file that was read to its end and has yet to go in from what was kept aside: these rows of it are done.
    pub(super) fn of_shown(done: ImportedResults, rows: u64, digest: [u8; 32]) -> Self {
        Self { import: 0, imported: done, digest, first: false, is_in: false, aside: Some((0, rows)) }
    }
}

/// What a file is.
pub(super) struct Brought<'b> {
    pub(super) record_type: u16,
    pub(super) name: &'b str,
    pub(super) encoding: Encoding,
}

/// Takes a file in at once, without a job; `on` hears of refused rows and progress. For a thread that may block.
#[expect(clippy::too_many_arguments, reason = "what a file is, who brings it and where it goes")]
pub fn import<R: Read>(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    record_type: u16,
    mut input: R,
    name: &str,
    encoding: Encoding,
    on: &mut dyn FnMut(Event),
) -> Result<ImportedResults, RegistryError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(FileError::Read)?;
    let brought = Brought { record_type, name, encoding };
    take_in(&JobRun::alone(room, caller), catalogue, &brought, std::io::Cursor::new(bytes), on)
}

/// Takes a file in; `on` hears of refused rows and progress. For a thread that may block.
pub(super) fn take_in<R: Read + Seek>(
    run: &JobRun,
    catalogue: &Catalogue,
    brought: &Brought<'_>,
    mut input: R,
    on: &mut dyn FnMut(Event),
) -> Result<ImportedResults, RegistryError> {
    let form = Form::of(catalogue, brought.record_type)?;
    let (rows, digest) = looked_through(run, &form, brought.encoding, &mut input)?;
    let mut cursor = match run.checkpoint::<Cursor>()? {
        Some(cursor) if cursor.digest != digest => return Err(changed_since()),
        Some(cursor) => cursor,
        None => {
            let imported = ImportedResults::default();
            begin(run, brought, Cursor { import: 0, imported, digest, first: false, is_in: false, aside: None })?
        }
    };
    input.rewind().map_err(FileError::Read)?;
    let mut file = File::open(&form, input, brought.encoding)?;
    for _ in 0..cursor.imported.read {
        file.next_row()?;
    }
    let next = |size: usize, _: &mut Cursor| file.next_rows(size);
    apply(run, (&form, brought), &mut cursor, rows, next, on)
}

/// Goes on with a file that was shown first, or is in → what came of it; none when it has yet to be read.
pub(super) fn go_on(run: &JobRun, catalogue: &Catalogue, brought: &Brought<'_>) -> Result<Option<ImportedResults>, RegistryError> {
    let Some(cursor) = run.checkpoint::<Cursor>()? else { return Ok(None) };
    if cursor.is_in {
        return Ok(Some(cursor.imported));
    }
    let Some((_, rows)) = cursor.aside else { return Ok(None) };
    let form = Form::of(catalogue, brought.record_type)?;
    let mut cursor = if cursor.import == 0 { begin(run, brought, cursor)? } else { cursor };
    let parts = run.parts_aside();
    let next = |size: usize, cursor: &mut Cursor| {
        let (mut part, mut portion) = (cursor.aside.map_or(parts, |(part, _)| part), Vec::new());
        while portion.len() < size && part < parts {
            portion.extend(preview::kept(&run.part_aside_blocking(part)?)?.into_iter().map(Ok));
            part += 1;
        }
        cursor.aside = Some((part, rows));
        Ok((portion, part >= parts))
    };
    Ok(Some(apply(run, (&form, brought), &mut cursor, rows, next, &mut |_| {})?))
}

/// Rows that were checked, or refused, and whether they are the last.
pub(super) type Rows = (Vec<Result<ResultRow, Rejected>>, bool);

fn apply(
    run: &JobRun,
    (form, brought): (&Form<'_>, &Brought<'_>),
    cursor: &mut Cursor,
    rows: u64,
    mut next: impl FnMut(usize, &mut Cursor) -> Result<Rows, RegistryError>,
    on: &mut dyn FnMut(Event),
) -> Result<ImportedResults, RegistryError> {
    let mut pace = Pace::of(run, PORTION);
    loop {
        let (portion, is_last) = next(pace.size(), cursor)?;
        let count = portion.len();
        run.progress("applying", cursor.imported.read + count as u64, Some(rows));
        let rejected = write(run, form, brought, cursor, portion, is_last)?;
        pace.adapt(run, count);
        rejected.into_iter().for_each(|rejected| on(Event::Rejected(rejected)));
        on(Event::Progress(cursor.imported.read));
        if is_last {
            return Ok(cursor.imported);
        }
    }
}

/// Reads the file to its end → its rows, and its keyed digest.
fn looked_through(run: &JobRun, form: &Form<'_>, encoding: Encoding, input: impl Read) -> Result<(u64, [u8; 32]), RegistryError> {
    let (hashing, digest) = Hashing::new(input);
    let mut file = File::open(form, hashing, encoding)?;
    let mut rows = 0;
    while file.next_row()?.is_some() {
        rows += 1;
        run.progress("reading", rows, None);
    }
    Ok((rows, keyed(run.room().vault(), &digest.value())))
}

/// What the note of a file calls it.
fn kind_of(brought: &Brought<'_>) -> String {
    format!("results/{}", brought.record_type)
}

/// Notes the file. One that was shown first is done to its end from then on: of what was kept aside, nothing is left out.
fn begin(run: &JobRun, brought: &Brought<'_>, mut cursor: Cursor) -> Result<Cursor, RegistryError> {
    let now = run.room().clock().now_ms();
    run.aside_blocking(|tx, portion| {
        if cursor.aside.is_some() {
            portion.rule_out_cancelling();
        }
        cursor.import = imports::next_number(tx)?;
        cursor.first = record_row::table.select(record_row::id).first::<i64>(tx).optional()?.is_none();
        let (kind, operator, job) = (kind_of(brought), run.caller().id(), Some(run.id().as_bytes().to_vec()));
        let noted = imports::Brought { kind: &kind, file: brought.name, digest: &cursor.digest, operator, at: now, job };
        imports::note(tx, cursor.import, noted, imports::Counts::default(), imports::APPLYING)?;
        portion.checkpoint(&cursor).map_err(RegistryError::from)
    })?;
    Ok(cursor)
}

/// Writes a portion of rows → those that are refused.
fn write(
    run: &JobRun,
    form: &Form<'_>,
    brought: &Brought<'_>,
    cursor: &mut Cursor,
    rows: Vec<Result<ResultRow, Rejected>>,
    is_last: bool,
) -> Result<Vec<Rejected>, RegistryError> {
    let (reason, now) = (format!("file {}", brought.name), run.room().clock().now_ms());
    run.portion_blocking(super::IMPORT, |tx, record, portion| {
        let residents = residents(tx, &rows)?;
        let ids: Vec<i64> = residents.values().copied().collect();
        let origin = Origin { source: FILE, import: cursor.import, by: run.caller().id(), reason: &reason, now };
        let known = known(tx, form, run.room().vault(), Some(&ids))?;
        let mut writer = Writer::new(tx, form, run.room().vault(), known, origin)?;
        let (mut imported, mut refused, mut people) = (cursor.imported, Vec::new(), run.room().people());
        for row in rows {
            imported.read += 1;
            let row = row.and_then(|row| match residents.get(&row.resident) {
                Some(id) => Ok((*id, row)),
                None => Err(super::file::nobody(form, row.line)),
            });
            match row {
                Ok((id, row)) => {
                    people.add(&person_id(row.resident.as_str()));
                    match writer.row(tx, id, row.cells)? {
                        RowOutcome::Added(_) => imported.added += 1,
                        RowOutcome::Corrected(_) => imported.corrected += 1,
                        RowOutcome::Unchanged(_) => imported.unchanged += 1,
                    }
                }
                Err(rejected) => refused.push(rejected),
            }
        }
        writer.flush(tx)?;
        imported.damaged += writer.damaged();
        let heading = imported.rejected == 0;
        imported.rejected += refused.len() as u64;
        portion.append_of_nobody(tx, REJECTS, &rejects_csv(&refused, brought.name, heading)?)?;
        let ImportedResults { read, added, corrected, unchanged, rejected, .. } = imported;
        let counts = imports::Counts::new(read, [added, corrected, unchanged, rejected]);
        imports::advance(tx, cursor.import, counts, if is_last { imports::IN } else { imports::APPLYING })?;
        if is_last {
            imports::overtake(tx, cursor.import, &kind_of(brought), &cursor.digest)?;
        }
        if is_last && cursor.aside.is_some() {
            portion.drop_aside(tx)?;
        }
        if is_last && cursor.first {
            store::analyze(tx, "record_row")?;
            store::analyze(tx, "examination")?;
        }
        let (number, record_type) = (cursor.import, brought.record_type);
        record.note(format!("import {number}, record type {record_type}: +{added} ~{corrected} ={unchanged} !{rejected}"));
        (cursor.imported, cursor.is_in) = (imported, is_last);
        portion.checkpoint(&*cursor)?;
        Ok(Seen::many(people, refused))
    })
}

/// The residents of these rows, by number.
pub(super) fn residents(tx: &mut Tx, rows: &[Result<ResultRow, Rejected>]) -> Result<HashMap<ResidentNumber, i64>, RegistryError> {
    let numbers: Vec<&str> = rows.iter().flatten().map(|row| row.resident.as_str()).collect();
    let query = resident::table.filter(resident::number.eq_any(numbers)).select((resident::number, resident::id));
    let known: Vec<(String, i64)> = query.load(tx)?;
    Ok(known.into_iter().filter_map(|(number, id)| Some((ResidentNumber::parse(&number).ok()?, id))).collect())
}
