//! What is known of a record type, and writing rows of it with what they prove.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use store::{StoreError, Tx};
use vault::Vault;

use super::form::{BETWEEN, Form};
use super::table::{detailed_examination, examination, record_row};

/// Rows that are written by one load.
const ROWS: usize = 1_000;

/// What is stored of a record type: enough to see whether a row says something new.
#[derive(Default)]
pub(crate) struct Known {
    /// Resident and 履歴番号 → id, version, digest.
    rows: HashMap<(i64, i32), (i64, i32, [u8; 16])>,
    /// What each resident's rows say, for files without 履歴番号.
    said: HashSet<(i64, [u8; 16])>,
    /// Highest 履歴番号 of each resident.
    last: HashMap<i64, i32>,
}

/// A row that says something new.
pub(crate) struct Prepared {
    id: i64,
    version: i32,
    resident: i64,
    history: i32,
    cells: String,
    digest: [u8; 16],
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Added(i64),
    Corrected(i64),
    Unchanged(i64),
}

/// Reads what is stored of a record type: of everybody, or of these residents.
pub(crate) fn known(tx: &mut Tx, record: i16, of: Option<&[i64]>) -> Result<Known, StoreError> {
    let mut known = Known::default();
    let columns = (record_row::resident, record_row::history, record_row::id, record_row::version, record_row::digest);
    let mut query = record_row::table.filter(record_row::record.eq(record)).select(columns).into_boxed();
    if let Some(residents) = of {
        query = query.filter(record_row::resident.eq_any(residents));
    }
    for (resident, history, id, version, digest) in query.load::<(i64, i32, i64, i32, Vec<u8>)>(tx)? {
        if let Ok(digest) = digest.try_into() {
            known.put(resident, history, id, version, digest);
        }
    }
    Ok(known)
}

impl Known {
    fn put(&mut self, resident: i64, history: i32, id: i64, version: i32, digest: [u8; 16]) {
        self.rows.insert((resident, history), (id, version, digest));
        self.said.insert((resident, digest));
        let last = self.last.entry(resident).or_insert(0);
        *last = history.max(*last);
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
    known: Known,
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
    pub(crate) fn new(tx: &mut Tx, form: &'w Form<'w>, vault: &'w Vault, known: Known, origin: Origin<'w>) -> Result<Self, StoreError> {
        let next: Option<i64> = record_row::table.select(diesel::dsl::max(record_row::id)).first(tx)?;
        let next_examination: Option<i64> = examination::table.select(diesel::dsl::max(examination::id)).first(tx)?;
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
            next_examination: next_examination.unwrap_or(0) + 1,
            added: Vec::new(),
            corrected: Vec::new(),
            waiting: HashSet::new(),
        })
    }

    /// Takes one row; an empty 履歴番号 is given here.
    pub(crate) fn row(&mut self, tx: &mut Tx, resident: i64, mut cells: Vec<String>) -> Result<Outcome, StoreError> {
        let digest = self.digest(&cells);
        let named: Option<i32> = cells.get(self.form.history).and_then(|text| text.parse().ok());
        if named.is_none() && self.known.said.contains(&(resident, digest)) {
            return Ok(Outcome::Unchanged(0));
        }
        let history = named.unwrap_or_else(|| self.known.next_history(resident));
        if let Some(cell) = cells.get_mut(self.form.history) {
            *cell = history.to_string();
        }
        let (id, version) = match self.known.rows.get(&(resident, history)) {
            Some((id, _, known)) if *known == digest => return Ok(Outcome::Unchanged(*id)),
            Some((id, version, _)) => (*id, version + 1),
            None => (self.next, 1),
        };
        self.known.put(resident, history, id, version, digest);
        let prepared = Prepared { id, version, resident, history, cells: Form::join(cells.iter().map(String::as_str)), digest };
        // The same row again within the batch: what came first goes in first.
        if self.waiting.contains(&id) || self.waiting.len() == ROWS {
            self.flush(tx)?;
        }
        self.waiting.insert(id);
        if version == 1 {
            self.next += 1;
            self.added.push(prepared);
            Ok(Outcome::Added(id))
        } else {
            self.corrected.push(prepared);
            Ok(Outcome::Corrected(id))
        }
    }

    /// Writes what waits.
    pub(crate) fn flush(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let (added, corrected) = (std::mem::take(&mut self.added), std::mem::take(&mut self.corrected));
        self.waiting.clear();
        self.keep_former(tx, &corrected)?;
        let all: Vec<&Prepared> = added.iter().chain(&corrected).collect();
        if all.is_empty() {
            return Ok(());
        }
        let split: Vec<Vec<&str>> = all.iter().map(|row| Form::split(&row.cells)).collect();
        store::load(tx, record_row::all_columns, |load| {
            all.iter().zip(&split).try_for_each(|(row, cells)| {
                load.push(|out| {
                    out.int(row.id)
                        .int(row.resident)
                        .int(self.form.number)
                        .int(row.history)
                        .int(row.version)
                        .int(self.form.year_of(cells))
                        .text(&row.cells)
                        .bytes(&row.digest)
                        .text(self.source)
                        .int(self.import)
                })
            })
        })?;
        self.proofs(tx, &all, &split)
    }

    fn proofs(&mut self, tx: &mut Tx, all: &[&Prepared], split: &[Vec<&str>]) -> Result<(), StoreError> {
        store::load(tx, examination::all_columns, |load| {
            for (row, cells) in all.iter().zip(split) {
                for proof in self.form.proofs(cells) {
                    load.push(|out| {
                        out.int(self.next_examination)
                            .int(row.resident)
                            .int(self.form.number)
                            .text(&proof.programme)
                            .text(&proof.examination)
                            .int(proof.fiscal_year)
                            .int(proof.examined_on)
                            .text(&proof.institution)
                            .text(&proof.judgement)
                            .int(proof.needs_detailed)
                            .maybe_int(proof.smoking_index)
                            .text(self.source)
                            .int(row.id)
                            .int(row.history)
                            .text(&proof.setting)
                            .int(proof.claim_month)
                            .int(proof.excluded)
                    })?;
                    self.next_examination += 1;
                }
            }
            Ok::<_, StoreError>(())
        })?;
        store::load(tx, detailed_examination::all_columns, |load| {
            for (row, cells) in all.iter().zip(split) {
                if let Some(proof) = self.form.detailed(cells, row.history) {
                    load.push(|out| {
                        out.int(row.id)
                            .int(row.resident)
                            .int(self.form.number)
                            .int(proof.history)
                            .text(&proof.attendance)
                            .int(proof.examined_on)
                            .text(&proof.institution)
                            .text(&proof.judgement)
                    })?;
                }
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(())
    }

    /// What is corrected goes into the history, and what it proved goes.
    fn keep_former(&self, tx: &mut Tx, rows: &[Prepared]) -> Result<(), StoreError> {
        use super::table::record_former as former;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let columns = (record_row::id, record_row::version, record_row::cells, record_row::digest, record_row::source, record_row::import);
        let those = record_row::table.filter(record_row::id.eq_any(&ids));
        let kept: Vec<(i64, i32, String, Vec<u8>, String, i64)> = those.select(columns).load(tx)?;
        store::load(tx, former::all_columns, |load| {
            kept.iter().try_for_each(|(id, version, cells, digest, source, import)| {
                load.push(|out| {
                    out.int(*id)
                        .int(*version)
                        .text(cells)
                        .bytes(digest)
                        .text(source)
                        .int(*import)
                        .int(self.now)
                        .text(self.by)
                        .text(self.reason)
                })
            })
        })?;
        diesel::delete(record_row::table.filter(record_row::id.eq_any(&ids))).execute(tx)?;
        diesel::delete(examination::table.filter(examination::row.eq_any(&ids))).execute(tx)?;
        diesel::delete(detailed_examination::table.filter(detailed_examination::row.eq_any(&ids))).execute(tx)?;
        Ok(())
    }

    fn digest(&self, cells: &[String]) -> [u8; 16] {
        let mut text = String::with_capacity(256);
        for (at, cell) in cells.iter().enumerate() {
            if at != self.form.history {
                text.push_str(cell);
            }
            text.push(BETWEEN);
        }
        self.vault.blind("record row", text.as_bytes())
    }
}
