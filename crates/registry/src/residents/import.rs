//! Import of a full or difference file of the resident register (R-REG-1).
//!
//! Three threads: one reads and checks rows, one compares them with what is known and seals numbers, the caller's writes. A row is compared
//! by a keyed digest, so that a weekly file of a whole city costs little more than reading it. All of a file goes in, or nothing of it.

use std::collections::HashMap;
use std::io::Read;
use std::sync::mpsc::{self, Receiver, SyncSender};

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Room};
use store::Tx;
use vault::Vault;
use vocabulary::{Purpose, ResidentNumber, text};

use super::column::Column;
use super::file::{File, FileError, Rejected};
use super::row::Row;
use super::table::{import, resident};
use super::write;
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
    /// A thread of the import ended before its work.
    #[error("the import was interrupted; nothing was written")]
    Interrupted,
}

/// Rows that travel together between the threads.
const BATCH: usize = 2_000;
const ACT: Act = Act::new("registry:residents.import");

/// A row that must be written.
pub(super) struct Prepared {
    pub(super) id: i64,
    pub(super) version: i32,
    pub(super) row: Row,
    pub(super) digest: [u8; 16],
    pub(super) kana_key: String,
    pub(super) sealed: Option<Vec<u8>>,
    pub(super) number_index: Option<[u8; 16]>,
}

/// What a batch of rows came to.
#[derive(Default)]
struct Batch {
    added: Vec<Prepared>,
    changed: Vec<Prepared>,
    unchanged: u64,
    rejected: Vec<Rejected>,
}

/// What is known of a person: enough to see whether a row says something new.
#[derive(Clone, Copy)]
struct Known {
    id: i64,
    version: i32,
    digest: [u8; 16],
}

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
    room.write_blocking(caller, ACT, |tx, record| {
        let known = known(tx)?;
        let next = known.values().map(|known| known.id).max().unwrap_or(0) + 1;
        let number: i64 =
            import::table.select(diesel::dsl::max(import::id)).first::<Option<i64>>(tx).map_err(store::StoreError::from)?.unwrap_or(0) + 1;
        let first = known.is_empty();
        let mut imported = Imported::default();
        let run = |tx: &mut Tx| -> Result<(), ImportError> {
            std::thread::scope(|scope| {
                let (rows, checked) = mpsc::sync_channel(8);
                let (prepared, batches) = mpsc::sync_channel(8);
                let reader = scope.spawn(move || read(&mut file, &rows));
                let compare = Compare { vault: room.vault(), known, next };
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
            store::without_indexes(tx, "resident", run)?
        } else {
            run(tx)?
        }
        let digest = digest.value();
        let row = (
            import::id.eq(number),
            import::kind.eq("residents"),
            import::file.eq(name),
            import::digest.eq(digest.to_vec()),
            import::operator.eq(caller.id()),
            import::at.eq(now),
            (
                import::rows_read.eq(count(imported.read)),
                import::added.eq(count(imported.added)),
                import::changed.eq(count(imported.changed)),
                import::unchanged.eq(count(imported.unchanged)),
                import::rejected.eq(count(imported.rejected)),
            ),
        );
        diesel::insert_into(import::table).values(row).execute(tx).map_err(store::StoreError::from)?;
        if first {
            store::analyze(tx, "resident")?;
        }
        record.subjects(imported.read, digest);
        record.note(format!("import {number}: +{} ~{} ={} !{}", imported.added, imported.changed, imported.unchanged, imported.rejected));
        Ok(imported)
    })
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn known(tx: &mut Tx) -> Result<HashMap<ResidentNumber, Known>, ImportError> {
    let mut known = HashMap::new();
    let query = resident::table.select((resident::number, resident::id, resident::version, resident::digest));
    store::stream!(tx, query, (String, i64, i32, Vec<u8>), |(number, id, version, digest)| {
        if let (Ok(number), Ok(digest)) = (ResidentNumber::parse(&number), digest.try_into()) {
            known.insert(number, Known { id, version, digest });
        }
        Ok::<_, ImportError>(())
    })?;
    Ok(known)
}

type Checked = Vec<Result<Row, Rejected>>;

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

/// The second thread: compares, seals.
struct Compare<'a> {
    vault: &'a Vault,
    known: HashMap<ResidentNumber, Known>,
    next: i64,
}

impl Compare<'_> {
    fn run(mut self, checked: &Receiver<Checked>, prepared: &SyncSender<Batch>) -> Result<(), ImportError> {
        let mut canonical = Vec::with_capacity(512);
        while let Ok(rows) = checked.recv() {
            let mut batch = Batch::default();
            for row in rows {
                match row {
                    Err(rejected) => batch.rejected.push(rejected),
                    Ok(row) => self.row(row, &mut canonical, &mut batch)?,
                }
            }
            if prepared.send(batch).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn row(&mut self, row: Row, canonical: &mut Vec<u8>, batch: &mut Batch) -> Result<(), ImportError> {
        row.canonical(canonical);
        let digest = self.vault.blind("resident row", canonical);
        let (id, version) = match self.known.get(&row.resident) {
            Some(known) if known.digest == digest => {
                batch.unchanged += 1;
                return Ok(());
            }
            Some(known) => (known.id, known.version + 1),
            None => (self.next, 1),
        };
        let mut kana_key = String::new();
        text::fold_kana(row.text(Column::Kana), &mut kana_key);
        let (mut sealed, mut number_index) = (None, None);
        if let Some(number) = &row.number {
            let opened = number.open(Purpose::ResidentImport);
            sealed = Some(self.vault.seal(&super::number_cell(&row.resident), opened.as_bytes())?);
            number_index = Some(self.vault.blind(super::NUMBER_INDEX, opened.as_bytes()));
        }
        self.known.insert(row.resident, Known { id, version, digest });
        let prepared = Prepared { id, version, row, digest, kana_key, sealed, number_index };
        if version == 1 {
            self.next += 1;
            batch.added.push(prepared);
        } else {
            batch.changed.push(prepared);
        }
        Ok(())
    }
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
        write::added(tx, &batch.added, import)?;
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
