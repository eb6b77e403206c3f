//! Files that jobs write: sealed, in parts, forgotten after a while.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, People, Record, Seen};
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::Id128;

use super::table::{job_file, job_file_part, job_file_people};
use super::{DAY_MS, FILES_KEPT_DAYS, JobError, Jobs};

/// The longest part.
const PART: usize = 256 * 1024;

/// Adds to the end of a file of a job, which is made when it is not there, and names whom it tells of.
pub(super) fn append(
    tx: &mut Tx,
    vault: &Vault,
    (job, name): (Id128, &str),
    content: &[u8],
    people: &People,
    now: i64,
) -> Result<(), JobError> {
    let key = job.as_bytes().to_vec();
    let there: Option<(i64, i32)> =
        job_file::table.find((key.clone(), name)).select((job_file::bytes, job_file::parts)).first(tx).optional()?;
    let (bytes, mut parts) = there.unwrap_or_default();
    let tokens = people.to_bytes();
    if !tokens.is_empty() {
        let row = (
            job_file_people::job.eq(key.clone()),
            job_file_people::name.eq(name),
            job_file_people::part.eq(parts),
            job_file_people::people.eq(vault.seal(&Cell::new("job_file_people", &row(job, name, parts), "people"), &tokens)?),
        );
        diesel::insert_into(job_file_people::table).values(row).execute(tx)?;
    }
    for chunk in content.chunks(PART) {
        let row = (
            job_file_part::job.eq(key.clone()),
            job_file_part::name.eq(name),
            job_file_part::part.eq(parts),
            job_file_part::content.eq(vault.seal(&Cell::new("job_file_part", &row(job, name, parts), "content"), chunk)?),
        );
        diesel::insert_into(job_file_part::table).values(row).execute(tx)?;
        parts += 1;
    }
    let row = (
        job_file::job.eq(key),
        job_file::name.eq(name),
        job_file::bytes.eq(bytes + i64::try_from(content.len()).unwrap_or(i64::MAX)),
        job_file::parts.eq(parts),
        job_file::until.eq(now + FILES_KEPT_DAYS * DAY_MS),
    );
    let changes = (
        job_file::bytes.eq(store::excluded(job_file::bytes)),
        job_file::parts.eq(store::excluded(job_file::parts)),
        job_file::until.eq(store::excluded(job_file::until)),
    );
    store::upsert!(tx, job_file::table, row, (job_file::job, job_file::name), changes)?;
    Ok(())
}

/// Takes away what an earlier attempt wrote.
pub(super) fn remove(tx: &mut Tx, job: Id128, name: &str) -> Result<(), JobError> {
    let key = job.as_bytes().to_vec();
    forget(tx, &key, name)
}

/// Takes away a file of a job, by its key.
pub(super) fn forget(tx: &mut Tx, key: &[u8], name: &str) -> Result<(), JobError> {
    diesel::delete(job_file_people::table.filter(job_file_people::job.eq(key).and(job_file_people::name.eq(name)))).execute(tx)?;
    diesel::delete(job_file_part::table.filter(job_file_part::job.eq(key).and(job_file_part::name.eq(name)))).execute(tx)?;
    diesel::delete(job_file::table.find((key, name))).execute(tx)?;
    Ok(())
}

impl Jobs {
    /// How many parts a file has.
    pub fn parts(&self, tx: &mut Tx, job: Id128, name: &str) -> Result<i32, JobError> {
        let parts = job_file::table.find((job.as_bytes().to_vec(), name)).select(job_file::parts).first(tx).optional()?;
        parts.ok_or(JobError::Unknown)
    }

    /// One part of a file, from 0.
    pub fn part(&self, tx: &mut Tx, job: Id128, name: &str, part: i32) -> Result<Vec<u8>, JobError> {
        let sealed: Option<Vec<u8>> =
            job_file_part::table.find((job.as_bytes().to_vec(), name, part)).select(job_file_part::content).first(tx).optional()?;
        let cell = row(job, name, part);
        let plain = self.room().vault().open_cell(&Cell::new("job_file_part", &cell, "content"), &sealed.ok_or(JobError::Unknown)?)?;
        Ok(plain.to_vec())
    }

    /// Whose data a file tells.
    fn people_of(&self, tx: &mut Tx, job: Id128, name: &str) -> Result<People, JobError> {
        let mut people = self.room().people();
        let those = job_file_people::table.filter(job_file_people::job.eq(job.as_bytes().to_vec()).and(job_file_people::name.eq(name)));
        let rows: Vec<(i32, Vec<u8>)> = those.select((job_file_people::part, job_file_people::people)).load(tx)?;
        for (part, sealed) in rows {
            let kept = self.room().vault().open_cell(&Cell::new("job_file_people", &row(job, name, part), "people"), &sealed)?;
            people.take_in(&kept);
        }
        Ok(people)
    }

    /// A file of a job is taken, and the entry names everybody of whom it tells: its parts leave after this.
    pub async fn open_file(&self, caller: &Caller, act: impl Into<Act>, id: Id128, name: &str) -> Result<i32, JobError> {
        let (jobs, name, by) = (self.clone(), name.to_owned(), caller.clone());
        let opened = self.room().see(caller, act, move |tx, record| {
            jobs.within(tx, &by, id)?;
            jobs.taken(tx, record, id, &name, |jobs, tx| jobs.parts(tx, id, &name))
        });
        opened.await
    }

    /// The same of a whole file; empty when there is none. For a thread that may block.
    pub fn take_file_blocking(&self, caller: &Caller, act: impl Into<Act>, id: Id128, name: &str) -> Result<Vec<u8>, JobError> {
        self.room().see_blocking(caller, act, |tx, record| self.taken(tx, record, id, name, |jobs, tx| jobs.file(tx, id, name)))
    }

    fn taken<T>(
        &self,
        tx: &mut Tx,
        record: &mut Record<'_>,
        id: Id128,
        name: &str,
        read: impl FnOnce(&Jobs, &mut Tx) -> Result<T, JobError>,
    ) -> Result<Seen<T>, JobError> {
        record.note(format!("job {id}: file {name}"));
        let people = self.people_of(tx, id, name)?;
        Ok(Seen::many(people, read(self, tx)?))
    }

    /// A whole file; empty when there is none.
    pub fn file(&self, tx: &mut Tx, job: Id128, name: &str) -> Result<Vec<u8>, JobError> {
        let parts = match self.parts(tx, job, name) {
            Err(JobError::Unknown) => 0,
            parts => parts?,
        };
        let mut content = Vec::new();
        for part in 0..parts {
            content.extend(self.part(tx, job, name, part)?);
        }
        Ok(content)
    }
}

/// What tells a part from every other.
fn row(job: Id128, name: &str, part: i32) -> Vec<u8> {
    [job.as_bytes().as_slice(), &part.to_be_bytes(), name.as_bytes()].concat()
}
