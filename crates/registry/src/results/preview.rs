//! A file of results that is shown before it goes in: read and compared, with what says something new kept aside, sealed, in the job itself. Resumed,
//! the job takes that in ([`super::import::go_on`]) as it is compared then; cancelled, it keeps nothing. What was known when it was shown stays as it is.

use std::collections::HashMap;
use std::io::Read;

use ledger::Seen;
use protocol::messages::registry::ImportedResults;
use store::Tx;
use work::jobs::{JobRun, Pace, Portion};

use super::file::{File, ResultRow, nobody};
use super::form::Form;
use super::import::{Brought, Cursor, PORTION, Rows, residents};
use super::write::{Compared, StoredRecords, known};
use crate::RegistryError;
use crate::files::hashing::{Hashing, keyed};
use crate::files::{Rejected, rejects_csv};
use crate::person::person_id;
use crate::residents::REJECTS;

/// Rows of a part that is kept aside: so many go in together.
const PART: usize = 500;

/// What a file would bring.
pub(super) struct Preview<'p> {
    run: &'p JobRun,
    form: Form<'p>,
    brought: &'p Brought<'p>,
    counts: ImportedResults,
    /// What the file has said that is new: by resident, the 履歴番号, id, version and digest of each record.
    said: HashMap<i64, Vec<(i32, i64, i32, [u8; 16])>>,
    /// The id of its next new record, which nothing is written under.
    next: i64,
}

/// Reads a file to its end, compares it, and keeps aside what is new → what it would bring, and where the job goes on once that was shown. For a
/// thread that may block.
pub(super) fn read(
    run: &JobRun,
    catalogue: &catalogue::Catalogue,
    brought: &Brought<'_>,
    input: impl Read,
) -> Result<(ImportedResults, Cursor), RegistryError> {
    // An earlier attempt may have begun.
    run.aside_blocking(|tx, portion| {
        portion.remove(tx, REJECTS)?;
        portion.drop_aside(tx).map_err(RegistryError::from)
    })?;
    let form = Form::of(catalogue, brought.record_type)?;
    let mut preview = Preview { run, form, brought, counts: ImportedResults::default(), said: HashMap::new(), next: -1 };
    let (hashing, digest) = Hashing::new(input);
    let of_file = Form::of(catalogue, brought.record_type)?;
    let mut file = File::open(&of_file, hashing, brought.encoding)?;
    let mut pace = Pace::of(run, PORTION);
    loop {
        let (rows, is_last) = file.next_rows(pace.size())?;
        let count = rows.len();
        run.progress("comparing", preview.counts.read + count as u64, None);
        preview.take((rows, is_last))?;
        pace.adapt(run, count);
        if is_last {
            break;
        }
    }
    let counts = preview.counts;
    let ImportedResults { read, unchanged, rejected, .. } = counts;
    let done = ImportedResults { read: unchanged + rejected, unchanged, rejected, ..ImportedResults::default() };
    Ok((counts, Cursor::of_shown(done, read, keyed(run.room().vault(), &digest.value()))))
}

/// Shows it: the job stops.
pub(super) fn show(run: &JobRun, (counts, cursor): &(ImportedResults, Cursor)) -> Result<(), RegistryError> {
    run.aside_blocking(|_, portion| {
        portion.checkpoint(cursor)?;
        portion.show(counts).map_err(RegistryError::from)
    })
}

/// The rows of a part that was kept aside.
pub(super) fn kept(part: &[u8]) -> Result<Vec<ResultRow>, RegistryError> {
    serde_json::from_slice(part).map_err(|_| wire::Damaged("the rows that were kept aside of a file").into())
}

impl Preview<'_> {
    /// Compares a portion of rows, and keeps aside what is new in it.
    fn take(&mut self, (rows, _): Rows) -> Result<(), RegistryError> {
        let run = self.run;
        run.portion_blocking(super::IMPORT, |tx, record, portion| {
            let residents = residents(tx, &rows)?;
            let ids: Vec<i64> = residents.values().copied().collect();
            let mut stored = known(tx, &self.form, run.room().vault(), Some(&ids))?;
            for (resident, said) in ids.iter().filter_map(|id| Some((*id, self.said.get(id)?))) {
                for (history, id, version, digest) in said {
                    stored.put(resident, *history, *id, *version, *digest);
                    stored.forget_content(*id);
                }
            }
            let (mut new, mut refused, mut people) = (Vec::new(), Vec::new(), run.room().people());
            let heading = self.counts.rejected == 0;
            for row in rows {
                self.counts.read += 1;
                let row = row.and_then(|row| match residents.get(&row.resident) {
                    Some(id) => Ok((*id, row)),
                    None => Err(nobody(&self.form, row.line)),
                });
                match row {
                    Ok((resident, row)) => {
                        people.add(&person_id(row.resident.as_str()));
                        new.extend(self.compare(&mut stored, resident, row)?);
                    }
                    Err(rejected) => refused.push(rejected),
                }
            }
            self.counts.rejected += refused.len() as u64;
            self.keep(tx, portion, (&new, &refused), heading)?;
            let ImportedResults { added, corrected, unchanged, rejected, .. } = self.counts;
            let record_type = self.brought.record_type;
            record.note(format!("to be shown first, record type {record_type}: +{added} ~{corrected} ={unchanged} !{rejected}"));
            Ok(Seen::many(people, ()))
        })
    }

    /// Counts a row → the row, if it says something new.
    fn compare(&mut self, stored: &mut StoredRecords, resident: i64, row: ResultRow) -> Result<Option<ResultRow>, RegistryError> {
        let vault = self.run.room().vault();
        let new = match stored.compare((&self.form, vault), self.next, resident, row.cells.clone())? {
            Compared::Known(_) => {
                self.counts.unchanged += 1;
                return Ok(None);
            }
            Compared::New(new) => new,
        };
        if new.version == 1 {
            self.counts.added += 1;
            self.next -= 1;
        } else {
            self.counts.corrected += 1;
            self.counts.damaged += u64::from(!stored.is_whole(vault, new.id)?);
        }
        stored.forget_content(new.id);
        self.said.entry(resident).or_default().push((new.history, new.id, new.version, new.digest));
        Ok(Some(row))
    }

    fn keep(
        &self,
        tx: &mut Tx,
        portion: &mut Portion<'_>,
        (new, refused): (&[ResultRow], &[Rejected]),
        heading: bool,
    ) -> Result<(), RegistryError> {
        portion.append_of_nobody(tx, REJECTS, &rejects_csv(refused, self.brought.name, heading)?)?;
        for rows in new.chunks(self.run.rows(PART)) {
            let part = serde_json::to_vec(rows).map_err(|_| wire::Defect("rows that cannot be kept aside"))?;
            portion.keep_aside(tx, &part)?;
        }
        Ok(())
    }
}
