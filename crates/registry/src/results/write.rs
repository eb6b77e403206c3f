//! What is known of a record type, and writing rows of it with what they prove.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use store::Tx;
use vault::Vault;

use super::content::{self, RecordContent};
use super::form::Form;
use super::layout::Layouts;
use super::prove::{self, Proven};
use super::table::{record_former, record_row};
use crate::RegistryError;

/// Rows that are written by one load.
const ROWS: usize = 1_000;

/// What is stored of a record type: enough to see whether a row says something new.
pub(crate) struct StoredRecords {
    layouts: Layouts,
    /// The sealed content of each row that is stored, by its id.
    contents: HashMap<i64, Vec<u8>>,
    /// Resident and 履歴番号 → id, version, digest.
    rows: HashMap<(i64, i32), (i64, i32, [u8; 16])>,
    /// What each resident's rows say → 履歴番号, for files without one.
    said: HashMap<(i64, [u8; 16]), i32>,
    /// Highest 履歴番号 of each resident.
    last: HashMap<i64, i32>,
}

/// A row that says something new.
pub(crate) struct Prepared {
    pub(super) id: i64,
    pub(super) version: i32,
    pub(super) resident: i64,
    pub(super) history: i32,
    cells: Vec<String>,
    pub(super) digest: [u8; 16],
}

/// A row beside what is stored.
pub(super) enum Compared {
    /// It says what this record says.
    Known(i64),
    New(Prepared),
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowOutcome {
    Added(i64),
    Corrected(i64),
    Unchanged(i64),
}

/// Reads what is stored of a record type: of everybody, or of these residents.
pub(crate) fn known(tx: &mut Tx, form: &Form<'_>, vault: &Vault, of: Option<&[i64]>) -> Result<StoredRecords, RegistryError> {
    let layouts = Layouts::load(tx)?;
    let columns = (record_row::resident, record_row::history, record_row::id, record_row::version);
    let mut rows = record_row::table.filter(record_row::record.eq(form.number)).into_boxed();
    if let Some(residents) = of {
        rows = rows.filter(record_row::resident.eq_any(residents));
    }
    let rows: Vec<(Columns, Vec<u8>, Vec<u8>)> = rows.select((columns, record_row::content, record_row::digest)).load(tx)?;
    // A file cannot say what its record type no longer has: then a row is compared without it.
    let has_lost = layouts.have_more_than(form.record);
    let mut known = StoredRecords { layouts, contents: HashMap::new(), rows: HashMap::new(), said: HashMap::new(), last: HashMap::new() };
    for ((resident, history, id, version), sealed, digest) in rows {
        let content = if has_lost { known.open(vault, id, &sealed)? } else { None };
        // Of one that cannot be read holds what it said when it was written.
        let digest = content.map_or_else(|| as_digest(digest), |content| Ok(form.digest(vault, &content.in_order(form.record))))?;
        known.put(resident, history, id, version, digest);
        known.contents.insert(id, sealed);
    }
    Ok(known)
}

fn as_digest(stored: Vec<u8>) -> Result<[u8; 16], wire::Damaged> {
    stored.try_into().map_err(|_| wire::Damaged("the digest of a record"))
}

/// Resident, 履歴番号, id, version of a record.
type Columns = (i64, i32, i64, i32);

impl StoredRecords {
    pub(super) fn put(&mut self, resident: i64, history: i32, id: i64, version: i32, digest: [u8; 16]) {
        if let Some((.., former)) = self.rows.insert((resident, history), (id, version, digest)) {
            self.said.remove(&(resident, former));
        }
        self.said.insert((resident, digest), history);
        let last = self.last.entry(resident).or_insert(0);
        *last = history.max(*last);
    }

    /// The content of a stored row; none when it is damaged, of which the alarm was rung.
    fn open(&self, vault: &Vault, row: i64, sealed: &[u8]) -> Result<Option<RecordContent>, RegistryError> {
        wire::pass_over(RecordContent::open(vault, &self.layouts, row, sealed))
    }

    /// Looks at a row, its cells in the order of the form, and knows it from then on; an empty 履歴番号 is given here, and a new record this id.
    pub(super) fn compare(
        &mut self,
        (form, vault): (&Form<'_>, &Vault),
        next: i64,
        resident: i64,
        mut cells: Vec<String>,
    ) -> Result<Compared, RegistryError> {
        let texts: Vec<&str> = cells.iter().map(String::as_str).collect();
        let digest = form.digest(vault, &texts);
        let named: Option<i32> = cells.get(form.history).and_then(|text| text.parse().ok());
        let said = self.said.get(&(resident, digest)).copied();
        let history = named.or(said).unwrap_or_else(|| self.next_history(resident));
        if let Some(cell) = cells.get_mut(form.history) {
            *cell = history.to_string();
        }
        let (id, version) = match self.rows.get(&(resident, history)) {
            Some((id, _, known)) if *known == digest && self.is_whole(vault, *id)? => return Ok(Compared::Known(*id)),
            Some((id, version, _)) => (*id, version + 1),
            None => (next, 1),
        };
        self.put(resident, history, id, version, digest);
        Ok(Compared::New(Prepared { id, version, resident, history, cells, digest }))
    }

    /// From now on a row is known by what a file says of it.
    pub(super) fn forget_content(&mut self, row: i64) {
        self.contents.remove(&row);
    }

    /// Whether a row can be read: one that is damaged is corrected by what it said.
    pub(super) fn is_whole(&self, vault: &Vault, row: i64) -> Result<bool, RegistryError> {
        let Some(sealed) = self.contents.get(&row) else { return Ok(true) };
        Ok(self.open(vault, row, sealed)?.is_some())
    }

    /// The 履歴番号 of a record row.
    pub(crate) fn history_of(&self, row: i64) -> Option<i32> {
        self.rows.iter().find(|(_, (id, ..))| *id == row).map(|((_, history), _)| *history)
    }

    /// The next 履歴番号 of a resident.
    pub(crate) fn next_history(&self, resident: i64) -> i32 {
        self.last.get(&resident).copied().unwrap_or(0) + 1
    }
}

/// Takes rows of one record type and writes them in batches.
pub(crate) struct Writer<'w> {
    form: &'w Form<'w>,
    vault: &'w Vault,
    known: StoredRecords,
    source: &'static str,
    import: i64,
    by: &'w str,
    reason: &'w str,
    now: i64,
    next: i64,
    next_examination: i64,
    added: Vec<Prepared>,
    corrected: Vec<Prepared>,
    waiting: HashSet<i64>,
    damaged: u64,
}

/// Where rows come from, and who is answerable for a correction.
pub(crate) struct Origin<'w> {
    pub(crate) source: &'static str,
    pub(crate) import: i64,
    pub(crate) by: &'w str,
    pub(crate) reason: &'w str,
    pub(crate) now: i64,
}

impl<'w> Writer<'w> {
    pub(crate) fn new(
        tx: &mut Tx,
        form: &'w Form<'w>,
        vault: &'w Vault,
        known: StoredRecords,
        origin: Origin<'w>,
    ) -> Result<Self, RegistryError> {
        let next: Option<i64> = record_row::table.select(diesel::dsl::max(record_row::id)).first(tx)?;
        let next_examination = prove::next_examination(tx)?;
        form.layout.keep(tx, origin.now)?;
        let Origin { source, import, by, reason, now } = origin;
        Ok(Self {
            form,
            vault,
            known,
            source,
            import,
            by,
            reason,
            now,
            next: next.unwrap_or(0) + 1,
            next_examination,
            added: Vec::new(),
            corrected: Vec::new(),
            waiting: HashSet::new(),
            damaged: 0,
        })
    }

    /// How many of the corrected rows that were written could not be read before.
    pub(super) fn damaged(&self) -> u64 {
        self.damaged
    }

    /// The 履歴番号 of a record row.
    pub(super) fn history_of(&self, row: i64) -> Option<i32> {
        self.known.history_of(row)
    }

    /// Takes one row, its cells in the order of the form; an empty 履歴番号 is given here.
    pub(crate) fn row(&mut self, tx: &mut Tx, resident: i64, cells: Vec<String>) -> Result<RowOutcome, RegistryError> {
        let prepared = match self.known.compare((self.form, self.vault), self.next, resident, cells)? {
            Compared::Known(id) => return Ok(RowOutcome::Unchanged(id)),
            Compared::New(prepared) => prepared,
        };
        let (id, version) = (prepared.id, prepared.version);
        self.known.forget_content(id);
        // The same row again within the batch: what came first goes in first.
        if self.waiting.contains(&id) || self.waiting.len() == ROWS {
            self.flush(tx)?;
        }
        self.waiting.insert(id);
        if version == 1 {
            self.next += 1;
            self.added.push(prepared);
            Ok(RowOutcome::Added(id))
        } else {
            self.corrected.push(prepared);
            Ok(RowOutcome::Corrected(id))
        }
    }

    /// Writes what waits.
    pub(crate) fn flush(&mut self, tx: &mut Tx) -> Result<(), RegistryError> {
        let (added, corrected) = (std::mem::take(&mut self.added), std::mem::take(&mut self.corrected));
        self.waiting.clear();
        self.keep_former(tx, &corrected)?;
        let all: Vec<(&Prepared, Vec<&str>)> =
            added.iter().chain(&corrected).map(|row| (row, row.cells.iter().map(String::as_str).collect())).collect();
        if all.is_empty() {
            return Ok(());
        }
        let mut content = Vec::new();
        store::load(tx, record_row::all_columns, |load| {
            all.iter().try_for_each(|(row, cells)| {
                content.clear();
                content::seal(self.vault, &self.form.layout, row.id, &row.cells, &mut content)?;
                load.push(|out| {
                    out.int(row.id)
                        .int(row.resident)
                        .int(self.form.number)
                        .int(row.history)
                        .int(row.version)
                        .int(self.form.year_of(cells))
                        .bytes(&content)
                        .bytes(&row.digest)
                        .text(self.source)
                        .int(self.import)
                })?;
                Ok::<_, RegistryError>(())
            })
        })?;
        let proven = all.iter().map(|(row, cells)| Proven {
            row: row.id,
            resident: row.resident,
            record: self.form.number,
            history: row.history,
            source: self.source,
            proofs: self.form.proofs(cells, row.history),
        });
        prove::write(tx, self.vault, &proven.collect::<Vec<_>>(), &mut self.next_examination)
    }

    /// What is corrected goes into the history, and what it proved goes. What cannot be read goes there as it is stored.
    fn keep_former(&mut self, tx: &mut Tx, rows: &[Prepared]) -> Result<(), RegistryError> {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let columns =
            (record_row::id, record_row::version, record_row::content, record_row::digest, record_row::source, record_row::import);
        let those = record_row::table.filter(record_row::id.eq_any(&ids));
        let kept: Vec<(i64, i32, Vec<u8>, Vec<u8>, String, i64)> = those.select(columns).load(tx)?;
        store::load(tx, record_former::all_columns, |load| {
            kept.iter().try_for_each(|(id, version, sealed, digest, source, import)| {
                let content = wire::pass_over(content::seal_former(self.vault, *id, *version, sealed))?;
                self.damaged += u64::from(content.is_none());
                let reason = content::seal_reason(self.vault, *id, *version, self.reason)?;
                load.push(|out| {
                    out.int(*id)
                        .int(*version)
                        .bytes(content.as_ref().unwrap_or(sealed))
                        .bytes(digest)
                        .text(source)
                        .int(*import)
                        .int(self.now)
                        .text(self.by)
                        .bytes(&reason)
                })?;
                Ok::<_, RegistryError>(())
            })
        })?;
        diesel::delete(record_row::table.filter(record_row::id.eq_any(&ids))).execute(tx)?;
        prove::remove(tx, &ids)
    }
}
