//! Comparing rows with what is known: a keyed digest of a row says whether it tells something new; what is new is sealed and numbered.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender};

use diesel::prelude::*;
use ledger::{People, Room};
use store::{Encoded, Tx};
use vault::Vault;
use vocabulary::{Purpose, ResidentNumber, text};
use zeroize::Zeroizing;

use super::before::Before;
use super::column::Column;
use super::contact::{self, SealedContact};
use super::import::ImportError;
use super::look_up::LookUp;
use super::row::{Fault, ResidentRow};
use super::table::resident;
use super::write::{self, Columns};
use crate::files::Rejected;
use crate::person::person_id;

/// Rows on their way from the reader.
pub(super) type Checked = Vec<Result<ResidentRow, Rejected>>;

/// A row that must be written.
pub(super) struct Prepared {
    pub(super) id: i64,
    pub(super) version: i32,
    pub(super) row: ResidentRow,
    pub(super) digest: [u8; 16],
}

/// What is written beside it and is not in the file.
#[derive(Clone, Default)]
pub(super) struct Sealed {
    pub(super) kana_key: String,
    /// The individual number; empty when there is none.
    number: Vec<u8>,
    /// [`Contact`](super::contact::Contact).
    pub(super) contact: Vec<u8>,
    pub(super) index: Option<[u8; 16]>,
}

impl Sealed {
    pub(super) fn number(&self) -> Option<&[u8]> {
        self.index.is_some().then_some(self.number.as_slice())
    }
}

/// What a batch of rows came to. New people, who may be a whole city, are ready for the database.
pub(super) struct Batch {
    pub(super) added: Encoded<Columns>,
    /// The others, and new people too where there is somebody already.
    pub(super) staged: Vec<(Prepared, Sealed)>,
    /// New people whom an earlier attempt at this file brought into the table.
    pub(super) there: u64,
    pub(super) unchanged: u64,
    pub(super) rejected: Vec<Rejected>,
    /// Whom its rows are about.
    pub(super) people: People,
}

impl Batch {
    fn new(room: &Room, added: usize) -> Result<Batch, ImportError> {
        let (staged, rejected) = (Vec::new(), Vec::new());
        Ok(Batch { added: room.encoded(added)?, staged, there: 0, unchanged: 0, rejected, people: room.people() })
    }

    /// Whether there is work enough for a portion, or something to tell. A few changes at a time would cost a city's weekly file a thousand
    /// round trips.
    fn is_full(&self) -> bool {
        self.staged.len() >= STAGED || self.unchanged + self.there >= PROGRESS || self.rejected.len() >= REJECTED
    }

    /// How many rows it was.
    pub(super) fn rows(&self) -> u64 {
        (self.added.len() + self.staged.len() + self.rejected.len()) as u64 + self.unchanged + self.there
    }
}

/// What is known of a person: enough to see whether a row says something new.
#[derive(Clone, Copy)]
pub(super) struct StoredResident {
    pub(super) id: i64,
    version: i32,
    digest: [u8; 16],
    /// Whether their contact opens, where that was looked at.
    is_whole: bool,
    /// Whether a row of the file at hand was about them.
    pub(super) told: bool,
}

/// A row about somebody of whom the file has told already. Which of two rows holds nobody can know.
pub(super) fn stands_before(line: u64) -> Rejected {
    let (reason, english) =
        ("この前の行にもあります。同じ番号は一つの行だけにしてください", "stands in a row before this one: a number stands once in a file");
    Fault { column: Column::ResidentNumber.heading(), reason: reason.to_owned(), english: english.to_owned() }.at(line)
}

/// Rows without news after which progress is told.
const PROGRESS: u64 = 50_000;
/// Rows that are staged in one portion: some ten milliseconds of writing.
const STAGED: usize = 1_000;
/// Refused rows that are told at once.
const REJECTED: usize = 500;
/// New people of a first file who go into the table in the order of its index by kana: a portion of them then touches a small part of that
/// index, and not all of its pages. More would be a little less work and more memory.
pub(super) const RUN: usize = 16_384;
/// Of these, the rows of one batch.
pub(super) const ADDED: usize = 512;
/// Room made beforehand for what is known: for the largest city, whatever the ids say.
const MOST: usize = 4_000_000;

/// What is known of everybody, by number.
pub(super) type Everybody = HashMap<ResidentNumber, StoredResident>;

/// Reads it.
pub(super) fn known(tx: &mut Tx) -> Result<Everybody, ImportError> {
    let most: Option<i64> = resident::table.select(diesel::dsl::max(resident::id)).first(tx).map_err(store::StoreError::from)?;
    let mut known = HashMap::with_capacity(usize::try_from(most.unwrap_or(0)).unwrap_or(0).min(MOST));
    let query = resident::table.select((resident::number, resident::id, resident::version, resident::digest));
    store::stream!(tx, query, KnownRow, |row| {
        known.extend(read(row));
        Ok::<_, ImportError>(())
    })?;
    Ok(known)
}

/// Reads it of those with these numbers. Of so few it is looked at whether their contacts open: a row is news where one does not.
pub(super) fn known_of(tx: &mut Tx, vault: &Vault, numbers: &[&str]) -> Result<Everybody, ImportError> {
    let query = resident::table.select(((resident::number, resident::id, resident::version, resident::digest), SealedContact::NOW));
    let rows: Vec<(KnownRow, SealedContact)> = query.filter(resident::number.eq_any(numbers)).load(tx).map_err(store::StoreError::from)?;
    let mut known = HashMap::with_capacity(rows.len());
    for (row, contact) in rows {
        let is_whole = wire::pass_over(contact.open(vault))?.is_some();
        known.extend(read(row).map(|(number, row)| (number, StoredResident { is_whole, ..row })));
    }
    Ok(known)
}

/// number, id, version, digest.
type KnownRow = (String, i64, i32, Vec<u8>);

fn read((number, id, version, digest): KnownRow) -> Option<(ResidentNumber, StoredResident)> {
    Some((
        ResidentNumber::parse(&number).ok()?,
        StoredResident { id, version, digest: digest.try_into().ok()?, is_whole: true, told: false },
    ))
}

/// The digest of a row as this version of its person: a former row that was put back under its number is news.
fn digest(room: &Room, canonical: &mut Vec<u8>, version: i32) -> [u8; 16] {
    let row = canonical.len();
    canonical.extend_from_slice(&version.to_le_bytes());
    let digest = room.vault().blind("resident row", canonical);
    canonical.truncate(row);
    digest
}

/// Compares and seals.
pub(super) struct Compare<'a> {
    room: &'a Room,
    known: Everybody,
    before: Before,
    /// Where more of it is to be had.
    look_up: Option<LookUp<'a>>,
    /// Whether new people go into the table at once: those of a first file, some of whom may be there from an earlier attempt.
    straight_in: bool,
    /// Those of them who wait for their order.
    waiting: Vec<(Prepared, Sealed)>,
    next: i64,
    /// The number of the file.
    import: i64,
    canonical: Vec<u8>,
    /// A contact before it is sealed.
    contact: Zeroizing<Vec<u8>>,
    sealed: Sealed,
}

impl<'a> Compare<'a> {
    /// With what is known of everybody, and what of it the file cannot tell.
    pub(super) fn new(room: &'a Room, known: Everybody, before: Before, import: i64) -> Compare<'a> {
        let next = known.values().map(|known| known.id).max().unwrap_or(0) + 1;
        let (canonical, contact) = (Vec::with_capacity(512), Zeroizing::default());
        let (look_up, straight_in, waiting, sealed) = (None, false, Vec::new(), Sealed::default());
        Compare { room, known, before, look_up, straight_in, waiting, next, import, canonical, contact, sealed }
    }

    /// With what is known, looked up as far as the file needs it. Every row that says something new is prepared for the stage.
    pub(super) fn with(look_up: LookUp<'a>, import: i64) -> Result<Compare<'a>, ImportError> {
        let compare = Compare::new(look_up.room(), Everybody::new(), look_up.nobody(), import);
        Ok(Compare { next: look_up.next_id()?, look_up: Some(look_up), ..compare })
    }

    /// Of a first file, whose people go into the table at once.
    pub(super) fn straight_in(self) -> Compare<'a> {
        Compare { straight_in: true, ..self }
    }

    /// Until there are no more rows, or nobody takes what came of them → everybody, with who was told of.
    pub(super) fn run(mut self, checked: &Receiver<Checked>, prepared: &SyncSender<Batch>) -> Result<Everybody, ImportError> {
        let mut batch = Batch::new(self.room, 0)?;
        while let Ok(rows) = checked.recv() {
            if let Some(look_up) = &mut self.look_up {
                look_up.learn(&rows, &mut self.known, &mut self.before)?;
            }
            for row in rows {
                match row {
                    Err(rejected) => batch.rejected.push(rejected),
                    Ok(row) => self.row(row, &mut batch)?,
                }
            }
            let full = batch.is_full().then(|| Batch::new(self.room, 0)).transpose()?.map(|next| std::mem::replace(&mut batch, next));
            if full.is_some_and(|full| prepared.send(full).is_err()) || self.waiting.len() >= RUN && !self.send_waiting(prepared)? {
                return Ok(self.known);
            }
        }
        self.send_waiting(prepared)?;
        // The receiver is gone only when the writer gave up, and then says why.
        let _ = prepared.send(batch);
        Ok(self.known)
    }

    fn row(&mut self, mut row: ResidentRow, batch: &mut Batch) -> Result<(), ImportError> {
        let known = self.known.get_mut(&row.resident);
        if let Some(known) = &known {
            if known.told {
                batch.rejected.push(stands_before(row.line));
                return Ok(());
            }
            if let Err(fault) = self.before.complete(self.room, known.id, &mut row)? {
                batch.rejected.push(fault.at(row.line));
                return Ok(());
            }
        }
        row.canonical(&mut self.canonical);
        let is_new = known.is_none();
        let (id, version) = match known {
            Some(known) => {
                known.told = true;
                let is_same = known.is_whole && known.digest == digest(self.room, &mut self.canonical, known.version);
                if self.straight_in {
                    // named by the portion that brought them
                    batch.there += 1;
                    return if is_same { Ok(()) } else { Err(ImportError::Changed) };
                }
                if is_same {
                    batch.people.add(&person_id(row.resident.as_str()));
                    batch.unchanged += 1;
                    return Ok(());
                }
                (known.id, known.version + 1)
            }
            None => (self.next, 1),
        };
        let digest = digest(self.room, &mut self.canonical, version);
        if is_new {
            self.known.insert(row.resident, StoredResident { id, version, digest, is_whole: true, told: true });
            self.next += 1;
        }
        self.seal(&row)?;
        let (prepared, mut sealed) = (Prepared { id, version, row, digest }, self.sealed.clone());
        if self.straight_in {
            // its contact is sealed when it has its number
            self.waiting.push((prepared, sealed));
        } else {
            contact::seal(self.room.vault(), &prepared, self.import, &mut self.contact, &mut sealed.contact)?;
            batch.people.add(&person_id(prepared.row.resident.as_str()));
            batch.staged.push((prepared, sealed));
        }
        Ok(())
    }

    /// Hands over those who wait, in their order and numbered by it → whether anybody takes them.
    fn send_waiting(&mut self, prepared: &SyncSender<Batch>) -> Result<bool, ImportError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        let first = waiting.iter().map(|(one, _)| one.id).min().unwrap_or(0);
        let birth = |one: &Prepared| one.row.value(Column::Birth);
        waiting.sort_by(|(one, of_one), (other, of_other)| (&of_one.kana_key, birth(one)).cmp(&(&of_other.kana_key, birth(other))));
        let mut id = first;
        for rows in waiting.chunks_mut(ADDED) {
            let mut batch = Batch::new(self.room, rows.len())?;
            for (one, sealed) in rows {
                one.id = id;
                id += 1;
                contact::seal(self.room.vault(), one, self.import, &mut self.contact, &mut sealed.contact)?;
                batch.people.add(&person_id(one.row.resident.as_str()));
                batch.added.push(|cells| write::fill(cells, one, sealed, self.import))?;
            }
            if prepared.send(batch).is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn seal(&mut self, row: &ResidentRow) -> Result<(), ImportError> {
        let Sealed { kana_key, number: sealed, index, .. } = &mut self.sealed;
        text::fold_kana(row.text(Column::Kana), kana_key);
        sealed.clear();
        *index = None;
        if let Some(number) = &row.number {
            let opened = number.open(Purpose::ResidentImport);
            self.room.vault().seal_into(&super::number_cell(&row.resident), opened.as_bytes(), sealed)?;
            *index = Some(self.room.vault().blind(super::NUMBER_INDEX, opened.as_bytes()));
        }
        Ok(())
    }
}
