//! Import of a full or difference file of the resident register (R-REG-1).
//!
//! Three threads: one reads and checks rows, one compares them with what is known and seals numbers, the caller's writes. A row is compared
//! by a keyed digest, so that a weekly file of a whole city costs little more than reading it. All of a file goes in, or nothing of it.

use std::io::Read;
use std::sync::mpsc::{self, Receiver, SyncSender};

use access::Caller;
use ledger::{Act, Room};
use store::Tx;

use super::before::Before;
use super::compare::{Batch, Checked, Compare, known};
use super::file::{File, FileError};
use super::{taken, write};
use crate::files::Rejected;
use crate::files::encoding::Encoding;
use crate::files::hashing::Hashing;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
}

/// What a file brought when it was taken in first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
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
    /// Something stored cannot be read back.
    #[error("an individual number in the store is none")]
    Malformed,
    /// A thread of the import ended before its work.
    #[error("the import was interrupted; nothing was written")]
    Interrupted,
}

/// Rows that travel together between the threads: whole statements of a load.
pub(super) const BATCH: usize = 2_048;
/// Batches that wait between two threads.
const DEPTH: usize = 4;
const ACT: Act = Act::new("registry:residents.import");

/// Takes the file in; `on` hears of refused rows and progress. For a thread that may block.
pub fn import<R: Read + Send>(
    room: &Room,
    caller: &Caller,
    input: R,
    name: &str,
    encoding: Encoding,
    on: &mut dyn FnMut(Event),
) -> Result<Imported, ImportError> {
    let (hashing, digest) = Hashing::new(input);
    let mut file = File::open(hashing, encoding)?;
    file.unknown().iter().for_each(|heading| on(Event::UnknownHeading(heading.clone())));
    let now = room.clock().now_ms();
    let outcome = room.write_blocking(caller, ACT, |tx, record| {
        let number = taken::next(tx)?;
        let compare = Compare::new(room, known(tx)?, Before::read(tx, file.absent())?, number);
        let first = compare.is_first();
        let mut imported = Imported::default();
        let run = |tx: &mut Tx| -> Result<(), ImportError> {
            std::thread::scope(|scope| {
                let (rows, checked) = mpsc::sync_channel(DEPTH);
                let (prepared, batches) = mpsc::sync_channel(DEPTH);
                let reader = scope.spawn(move || read(&mut file, &rows));
                let comparer = scope.spawn(move || compare.run(&checked, &prepared));
                let written = take(tx, &batches, number, &mut imported, on);
                // A writer that gave up drops its end, which ends the other two.
                drop(batches);
                let compared = comparer.join().map_err(|_| ImportError::Interrupted)?;
                let read = reader.join().map_err(|_| ImportError::Interrupted)?;
                written.and(compared).and(read)
            })
        };
        if first {
            store::without_indexes(tx, "resident", run)?;
        } else {
            run(tx)?;
        }
        let digest = digest.value();
        if let Some((number, first)) = taken::earlier(tx, &digest)? {
            let Imported { read, rejected, .. } = imported;
            let unchanged = read.saturating_sub(rejected);
            let again = Imported { already_imported: true, read, added: 0, changed: 0, unchanged, rejected, first: Some(first) };
            return Err(Undone::Again(number, digest, again));
        }
        taken::note(tx, number, name, &digest, (caller.id(), now), &imported)?;
        if first {
            store::analyze(tx, "resident")?;
        }
        record.subjects(imported.read, digest);
        record.note(format!("import {number}: +{} ~{} ={} !{}", imported.added, imported.changed, imported.unchanged, imported.rejected));
        Ok(imported)
    });
    match outcome {
        Ok(imported) => Ok(imported),
        Err(Undone::Failed(error)) => Err(error),
        Err(Undone::Again(number, digest, again)) => room.read_blocking(caller, ACT, |_, record| {
            record.subjects(again.read, digest);
            record.note(format!("the file of import {number} again: nothing written"));
            Ok(again)
        }),
    }
}

/// Why the transaction of an import is undone.
enum Undone {
    /// The bytes are those of this import; known only when the last of them is read.
    Again(i64, [u8; 32], Imported),
    Failed(ImportError),
}

impl<E: Into<ImportError>> From<E> for Undone {
    fn from(error: E) -> Undone {
        Undone::Failed(error.into())
    }
}

/// The first thread: reads and checks.
fn read<R: Read>(file: &mut File<R>, rows: &SyncSender<Checked>) -> Result<(), ImportError> {
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(row) = file.next_row()? {
        batch.push(row);
        if batch.len() == BATCH && rows.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))).is_err() {
            return Ok(());
        }
    }
    // The receiver is gone only when the writer gave up, and then says why.
    let _ = rows.send(batch);
    Ok(())
}

/// The caller's thread: writes.
fn take(
    tx: &mut Tx,
    batches: &Receiver<Batch>,
    import: i64,
    imported: &mut Imported,
    on: &mut dyn FnMut(Event),
) -> Result<(), ImportError> {
    while let Ok(batch) = batches.recv() {
        write::added(tx, &batch.added)?;
        write::changed(tx, &batch.changed, import)?;
        let (added, changed, rejected) = (batch.added.len() as u64, batch.changed.len() as u64, batch.rejected.len() as u64);
        imported.added += added;
        imported.changed += changed;
        imported.unchanged += batch.unchanged;
        imported.rejected += rejected;
        imported.read += added + changed + batch.unchanged + rejected;
        batch.rejected.into_iter().for_each(|rejected| on(Event::Rejected(rejected)));
        on(Event::Progress(imported.read));
    }
    Ok(())
}
