//! Import of a full or difference file of the resident register (R-REG-1).
//!
//! Three threads: one reads and checks rows, one compares them with what is known and seals numbers, the caller's writes. A row is compared
//! by a keyed digest, so that a weekly file of a whole city costs little more than reading it. All of a file goes in, or nothing of it.
//!
//! A room that knows nobody takes its first file straight in: see [`super::load`]. Every later file is staged, and applied once it has been
//! read to its end: see [`super::stage`].

use std::io::Read;
use std::sync::mpsc::{self, SyncSender};

use access::Caller;
use ledger::{Act, People, Room, Seen};
use sheets::Options;
use work::jobs::JobRun;

use super::compare::{ADDED, Batch, Checked, Compare, Everybody, RUN};
use super::file::{File, FileError};
use super::look_up::LookUp;
use super::{left, load, stage, taken, write};
use crate::files::Rejected;
use crate::files::hashing::{FileDigest, Hashing, keyed};
use crate::files::rejects_csv;

/// What happens on the way.
#[derive(Debug)]
pub enum Event {
    /// A heading we do not know; its column is ignored.
    UnknownHeading(String),
    /// A refused row.
    Rejected(Rejected),
    /// So many rows are done.
    Progress(u64),
}

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// These bytes had been taken in before, so nothing was written: taken in again, an older file would take back what later ones brought.
    /// The rows that are not refused count as unchanged.
    pub already_imported: bool,
    /// Rows of the file.
    pub read: u64,
    /// People who were not known.
    pub added: u64,
    /// People of whom something changed.
    pub changed: u64,
    /// People of whom nothing changed.
    pub unchanged: u64,
    /// Refused rows.
    pub rejected: u64,
    /// What came of these bytes when they were taken in; nothing else when this run did it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first: Option<First>,
}

/// What a file brought when it was taken in first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct First {
    /// People who were not known.
    pub added: u64,
    /// People of whom something changed.
    pub changed: u64,
    /// People of whom nothing changed.
    pub unchanged: u64,
}

/// Why nothing of a file went in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file itself.
    #[error(transparent)]
    File(#[from] FileError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The record of use.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// The job it is part of.
    #[error(transparent)]
    Job(#[from] work::jobs::JobError),
    /// The list of refused rows could not be written.
    #[error("the list of refused rows could not be written: {0}")]
    Rejects(std::io::Error),
    /// Something stored cannot be read back.
    #[error(transparent)]
    Cause(#[from] wire::Cause),
    /// A thread of the import ended before its work.
    #[error("the import was interrupted; nothing was written")]
    Interrupted,
    /// Another file went in since the file was shown.
    #[error("another file of the register was taken in since this one was looked at: ask for it anew")]
    Overtaken,
    /// The room's first file is half in.
    #[error("the first file of the register is half in: let its job come to its end first")]
    FirstHalfIn,
    /// The file is not the one whose import began.
    #[error(
        "the file, or how its characters are read, has changed since its import began: whom it had brought is taken away, and the import has to be made anew"
    )]
    Changed,
}

/// Rows that travel together between the threads.
pub(super) const BATCH: usize = 2_048;
/// Batches of rows that wait to be compared.
const DEPTH: usize = 8;
/// Batches that wait to be written: more than come at once, so that the next ones are made while these are written.
const READY: usize = RUN / ADDED + DEPTH;
pub(super) const ACT: Act = Act::new("registry:residents.import");
/// The job's file of refused rows.
pub const REJECTS: &str = "rejects.csv";

/// What came of a file, with the headings that are not known here.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Taken {
    pub(crate) imported: Imported,
    pub(crate) unknown: Vec<String>,
}

/// Where a job stands.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) enum Stand {
    /// This import, of a first file, brings people into the table.
    Loading(i64),
    /// This import, of a file of this digest, was shown, and nothing of it holds.
    Shown(i64, [u8; 32], Taken),
    /// The file has been read to its end.
    Read(Taken),
}

/// A file that is being read.
pub(super) struct Source<'s, R> {
    pub(super) file: File<Hashing<R>>,
    pub(super) digest: FileDigest,
    pub(super) name: &'s str,
    pub(super) unknown: Vec<String>,
    /// Whom the rows that were read and staged are about.
    pub(super) people: People,
}

/// Takes a file in at once, without a job; `on` hears of refused rows and progress. For a thread that may block.
pub fn import<R: Read + Send>(
    room: &Room,
    caller: &Caller,
    input: R,
    name: &str,
    options: impl Into<Options>,
    on: &mut dyn FnMut(Event),
) -> Result<Imported, ImportError> {
    Ok(take_in(&JobRun::alone(room, caller), input, name, options, on)?.imported)
}

/// Goes on with a job that has read its file → what came of it; none when the file is needed.
pub(super) fn go_on(run: &JobRun) -> Result<Option<Taken>, ImportError> {
    let taken = match run.checkpoint()? {
        None | Some(Stand::Loading(_)) => return Ok(None),
        Some(Stand::Read(taken)) => taken,
        Some(Stand::Shown(number, digest, taken)) => {
            run.portion_blocking(ACT, |tx, record, portion| {
                let is_half_in = taken::loading(tx)?.is_some();
                taken::begin_to_apply_shown(tx, number, run.id(), &digest, &taken.imported)?;
                if is_half_in {
                    return Err(ImportError::FirstHalfIn);
                }
                portion.rule_out_cancelling();
                record.note(noted(number, &taken.imported));
                portion.checkpoint(&Stand::Read(taken.clone()))?;
                // whom it concerns stands in the entries of what is applied
                Ok::<_, ImportError>(Seen::nobody(()))
            })?;
            taken
        }
    };
    stage::apply_all(run)?;
    left::take_away(run)?;
    Ok(Some(taken))
}

/// Takes a file in; `on` hears of refused rows and progress. For a thread that may block.
pub(super) fn take_in<R: Read + Send>(
    run: &JobRun,
    input: R,
    name: &str,
    options: impl Into<Options>,
    on: &mut dyn FnMut(Event),
) -> Result<Taken, ImportError> {
    let source = Source::open(run, input, name, options)?;
    source.unknown.iter().for_each(|heading| on(Event::UnknownHeading(heading.clone())));
    stage::apply_all(run)?;
    let going_on = load::under_way(run)?;
    left::give_up_others(run, going_on)?;
    if going_on.is_some() || stage::is_empty(run)? { load::load(run, source, going_on, on) } else { staged(run, source, on) }
}

impl<'s, R: Read> Source<'s, R> {
    pub(super) fn open(run: &JobRun, input: R, name: &'s str, options: impl Into<Options>) -> Result<Self, ImportError> {
        let (hashing, digest) = Hashing::new(input);
        let file = File::open(hashing, options)?;
        let unknown = file.unknown().to_vec();
        Ok(Self { file, digest, name, unknown, people: run.room().people() })
    }
}

/// Every later file: read and compared first, and applied when it has been read to its end.
fn staged<R: Read + Send>(run: &JobRun, mut source: Source<'_, R>, on: &mut dyn FnMut(Event)) -> Result<Taken, ImportError> {
    let number = stage::begin(run, source.name, false)?;
    let outcome = keep_aside(run, &mut source, number, &mut |_| Ok(()), on).and_then(|read| match read {
        Ok(read) => begin_to_apply(run, &source, number, read).map(Ok),
        Err(before) => Ok(Err(before)),
    });
    let taken = match outcome {
        Ok(Ok(taken)) => taken,
        Ok(Err((earlier, first, imported))) => {
            stage::give_up(run, number)?;
            return again(run, &source, earlier, first, &imported);
        }
        Err(error) => {
            // what is left is dropped by upkeep
            let _ = stage::give_up(run, number);
            return Err(error);
        }
    };
    stage::apply_all(run)?;
    left::take_away(run)?;
    Ok(taken)
}

/// The import that took these bytes in before, what it brought, and what stands in the file.
pub(super) type TakenBefore = (i64, First, Imported);

/// A file that was read to its end and is staged: its digest, what it brings, and everybody of whom it tells.
pub(super) type Staged = ([u8; 32], Taken, Everybody);

/// Reads, compares and stages a file; `look` sees each batch before.
pub(super) fn keep_aside<R: Read + Send>(
    run: &JobRun,
    source: &mut Source<'_, R>,
    number: i64,
    look: &mut dyn FnMut(&Batch) -> Result<(), ImportError>,
    on: &mut dyn FnMut(Event),
) -> Result<Result<Staged, TakenBefore>, ImportError> {
    let room = run.room();
    let compare = Compare::with(LookUp::new(room, run.caller(), source.file.absent()), number)?;
    let (mut imported, mut place, mut heading) = (Imported::default(), 0, true);
    let everybody = each_batch(&mut source.file, run.rows(BATCH), compare, |batch| {
        look(&batch)?;
        if !batch.staged.is_empty() || !batch.rejected.is_empty() {
            let rejects = csv_of(&batch, source.name, heading)?;
            heading &= rejects.is_empty();
            run.aside_blocking(|tx, portion| {
                write::stage(tx, &batch.staged, number, place)?;
                portion.append_of_nobody(tx, REJECTS, &rejects).map_err(ImportError::from)
            })?;
            place += i64::try_from(batch.staged.len()).unwrap_or(i64::MAX);
        }
        source.people.join(tell(run, batch, &mut imported, on));
        Ok(())
    })?;
    let digest = keyed(room.vault(), &source.digest.value());
    if let Some((earlier, first)) = taken_before(run, &digest)? {
        return Ok(Err((earlier, first, imported)));
    }
    Ok(Ok((digest, Taken { imported, unknown: source.unknown.clone() }, everybody)))
}

/// From now on the file goes in, to its end.
fn begin_to_apply<R>(run: &JobRun, source: &Source<'_, R>, number: i64, (digest, taken, _): Staged) -> Result<Taken, ImportError> {
    let people = run.room().enlist_blocking(source.people.clone())?;
    run.portion_blocking(ACT, |tx, record, portion| {
        taken::begin_to_apply(tx, number, &digest, &taken.imported)?;
        portion.rule_out_cancelling();
        record.note(noted(number, &taken.imported));
        portion.checkpoint(&Stand::Read(taken.clone()))?;
        Ok::<_, ImportError>(Seen::enlisted(&people, ()))
    })?;
    Ok(taken)
}

/// The import that took these bytes in before, and what it brought.
pub(super) fn taken_before(run: &JobRun, digest: &[u8; 32]) -> Result<Option<(i64, First)>, ImportError> {
    run.room().see_blocking(run.caller(), ACT, |tx, record| {
        record.note("whether the file was taken in before");
        Ok(Seen::unnamed(taken::earlier(tx, digest)?))
    })
}

/// These bytes were taken in before.
pub(super) fn again<R>(run: &JobRun, source: &Source<'_, R>, number: i64, first: First, imported: &Imported) -> Result<Taken, ImportError> {
    let Imported { read, rejected, .. } = *imported;
    let unchanged = read.saturating_sub(rejected);
    let imported = Imported { already_imported: true, read, added: 0, changed: 0, unchanged, rejected, first: Some(first) };
    run.room().see_blocking(run.caller(), ACT, |_, record| {
        record.note(format!("the file of import {number} again: nothing written"));
        Ok(Seen::many(source.people.clone(), Taken { imported, unknown: source.unknown.clone() }))
    })
}

/// Reads and compares a file on threads of their own; `take` gets every batch → everybody, with who was told of.
pub(super) fn each_batch<R: Read + Send>(
    file: &mut File<R>,
    rows_together: usize,
    compare: Compare<'_>,
    mut take: impl FnMut(Batch) -> Result<(), ImportError>,
) -> Result<Everybody, ImportError> {
    std::thread::scope(|scope| {
        let (rows, checked) = mpsc::sync_channel(DEPTH);
        let (prepared, batches) = mpsc::sync_channel(READY);
        let reader = scope.spawn(move || seal::wiping(|| read(file, rows_together, &rows)));
        let comparer = scope.spawn(move || seal::wiping(|| compare.run(&checked, &prepared)));
        let taken = batches.iter().try_for_each(&mut take);
        // A writer that gave up drops its end, which ends the other two.
        drop(batches);
        let compared = comparer.join().map_err(|_| ImportError::Interrupted)?;
        let read = reader.join().map_err(|_| ImportError::Interrupted)?;
        taken.and(read).and(compared)
    })
}

/// The first thread: reads and checks.
fn read<R: Read>(file: &mut File<R>, together: usize, rows: &SyncSender<Checked>) -> Result<(), ImportError> {
    let mut batch = Vec::with_capacity(together);
    while let Some(row) = file.next_row()? {
        batch.push(row);
        if batch.len() == together && rows.send(std::mem::replace(&mut batch, Vec::with_capacity(together))).is_err() {
            return Ok(());
        }
    }
    // The receiver is gone only when the writer gave up, and then says why.
    let _ = rows.send(batch);
    Ok(())
}

/// Counts a batch and tells of it → whom its rows are about.
pub(super) fn tell(run: &JobRun, batch: Batch, imported: &mut Imported, on: &mut dyn FnMut(Event)) -> People {
    let changed = batch.staged.iter().filter(|(row, _)| row.version > 1).count() as u64;
    imported.added += (batch.added.len() + batch.staged.len()) as u64 + batch.there - changed;
    imported.changed += changed;
    imported.unchanged += batch.unchanged;
    imported.rejected += batch.rejected.len() as u64;
    imported.read += batch.rows();
    batch.rejected.into_iter().for_each(|rejected| on(Event::Rejected(rejected)));
    on(Event::Progress(imported.read));
    run.progress("reading", imported.read, None);
    batch.people
}

pub(super) fn csv_of(batch: &Batch, name: &str, heading: bool) -> Result<Vec<u8>, ImportError> {
    rejects_csv(&batch.rejected, name, heading).map_err(ImportError::Rejects)
}

pub(super) fn noted(number: i64, imported: &Imported) -> String {
    format!("import {number}: +{} ~{} ={} !{}", imported.added, imported.changed, imported.unchanged, imported.rejected)
}
