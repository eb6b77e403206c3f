//! Files that jobs write: sealed, in parts, forgotten after a while.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, People, Seen};
use serde::{Deserialize, Serialize};
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::{Entropy, Id128};
use wire::Damaged;

use super::table::{job_file, job_file_part, job_file_people};
use super::{DAY_MS, FILES_KEPT_DAYS, JobError, Jobs};

/// The longest part.
const PART: usize = 256 * 1024;
const DAMAGED: Damaged = Damaged("a job's file");

/// A file of a job as it was when it was opened: its parts, and the rows that say whose data they tell, each sealed to this writing of it and to
/// its place, so that none can be left out or be of an earlier attempt.
#[derive(Clone, Debug)]
pub struct OpenFile {
    job: Id128,
    name: String,
    extent: Extent,
}

/// What is sealed of a file as a whole.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Extent {
    /// Made when the file was begun.
    writing: Id128,
    parts: i32,
    /// Rows of `job_file_people`.
    portions: i32,
}

impl OpenFile {
    /// How many parts it has.
    pub fn parts(&self) -> i32 {
        self.extent.parts
    }

    fn begun(job: Id128, name: &str, entropy: &dyn Entropy) -> Self {
        Self { job, name: name.to_owned(), extent: Extent { writing: entropy.id128(), parts: 0, portions: 0 } }
    }

    fn found(tx: &mut Tx, vault: &Vault, job: Id128, name: &str) -> Result<Option<Self>, JobError> {
        let sealed: Option<Vec<u8>> =
            job_file::table.find((job.as_bytes().to_vec(), name)).select(job_file::extent).first(tx).optional()?;
        sealed.map(|sealed| Self::opened(vault, job, name, &sealed)).transpose()
    }

    fn opened(vault: &Vault, job: Id128, name: &str, extent: &[u8]) -> Result<Self, JobError> {
        let plain = vault.open_cell(&Cell::new("job_file", &whole(job, name), "extent"), extent)?;
        let extent = serde_json::from_slice(&plain).map_err(|_| DAMAGED)?;
        Ok(Self { job, name: name.to_owned(), extent })
    }

    fn sealed(&self, vault: &Vault) -> Result<Vec<u8>, JobError> {
        let plain = serde_json::to_vec(&self.extent).map_err(|_| wire::Defect("a job that cannot be written"))?;
        Ok(vault.seal(&Cell::new("job_file", &whole(self.job, &self.name), "extent"), &plain)?)
    }

    /// What tells a row of this file from every other.
    fn row(&self, number: i32) -> Vec<u8> {
        [self.extent.writing.as_bytes().as_slice(), &number.to_be_bytes(), &whole(self.job, &self.name)].concat()
    }

    /// Refuses a file of which a part is gone.
    fn is_whole(&self, tx: &mut Tx) -> Result<(), JobError> {
        let mine = job_file_part::job.eq(self.job.as_bytes().to_vec()).and(job_file_part::name.eq(&self.name));
        let there: i64 = job_file_part::table.filter(mine).count().get_result(tx)?;
        if there == i64::from(self.extent.parts) { Ok(()) } else { Err(DAMAGED.into()) }
    }
}

/// Adds to the end of a file of a job, which is made when it is not there, and names whom it tells of.
pub(super) fn append(tx: &mut Tx, jobs: &Jobs, (job, name): (Id128, &str), content: &[u8], people: &People) -> Result<(), JobError> {
    let (key, vault) = (job.as_bytes().to_vec(), jobs.room().vault());
    let there = job_file::table.find((key.clone(), name)).select((job_file::bytes, job_file::extent));
    let there: Option<(i64, Vec<u8>)> = there.first(tx).optional()?;
    let (bytes, mut file) = match there {
        Some((bytes, extent)) => (bytes, OpenFile::opened(vault, job, name, &extent)?),
        None => (0, OpenFile::begun(job, name, jobs.0.entropy.as_ref())),
    };
    let tokens = people.to_bytes();
    if !tokens.is_empty() {
        let portion = file.extent.portions;
        let row = (
            job_file_people::job.eq(key.clone()),
            job_file_people::name.eq(name),
            job_file_people::portion.eq(portion),
            job_file_people::people.eq(vault.seal(&Cell::new("job_file_people", &file.row(portion), "people"), &tokens)?),
        );
        diesel::insert_into(job_file_people::table).values(row).execute(tx)?;
        file.extent.portions += 1;
    }
    for chunk in content.chunks(PART) {
        let part = file.extent.parts;
        let row = (
            job_file_part::job.eq(key.clone()),
            job_file_part::name.eq(name),
            job_file_part::part.eq(part),
            job_file_part::content.eq(vault.seal(&Cell::new("job_file_part", &file.row(part), "content"), chunk)?),
        );
        diesel::insert_into(job_file_part::table).values(row).execute(tx)?;
        file.extent.parts += 1;
    }
    let row = (
        job_file::job.eq(key),
        job_file::name.eq(name),
        job_file::bytes.eq(bytes + i64::try_from(content.len()).unwrap_or(i64::MAX)),
        job_file::extent.eq(file.sealed(vault)?),
        job_file::until.eq(jobs.now_ms() + FILES_KEPT_DAYS * DAY_MS),
    );
    let changes = (
        job_file::bytes.eq(store::excluded(job_file::bytes)),
        job_file::extent.eq(store::excluded(job_file::extent)),
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
    /// One part of a file, from 0.
    pub fn part(&self, tx: &mut Tx, file: &OpenFile, part: i32) -> Result<Vec<u8>, JobError> {
        let mine = job_file_part::table.find((file.job.as_bytes().to_vec(), &file.name, part));
        let sealed: Option<Vec<u8>> = mine.select(job_file_part::content).first(tx).optional()?;
        let cell = file.row(part);
        Ok(self.room().vault().open_cell(&Cell::new("job_file_part", &cell, "content"), &sealed.ok_or(DAMAGED)?)?.to_vec())
    }

    /// Whose data a file tells.
    fn people_of(&self, tx: &mut Tx, file: &OpenFile) -> Result<People, JobError> {
        let mut people = self.room().people();
        let mine = job_file_people::job.eq(file.job.as_bytes().to_vec()).and(job_file_people::name.eq(&file.name));
        let those = job_file_people::table.filter(mine).order(job_file_people::portion);
        let rows: Vec<(i32, Vec<u8>)> = those.select((job_file_people::portion, job_file_people::people)).load(tx)?;
        if !rows.iter().map(|(portion, _)| *portion).eq(0..file.extent.portions) {
            return Err(DAMAGED.into());
        }
        for (portion, sealed) in rows {
            let kept = self.room().vault().open_cell(&Cell::new("job_file_people", &file.row(portion), "people"), &sealed)?;
            people.take_in(&kept);
        }
        Ok(people)
    }

    /// A file of a job is taken, and the entry names everybody of whom it tells: its parts leave after this.
    pub async fn open_file(&self, caller: &Caller, act: impl Into<Act>, id: Id128, name: &str) -> Result<OpenFile, JobError> {
        let (jobs, name, by) = (self.clone(), name.to_owned(), caller.clone());
        let opened = self.room().see(caller, act, move |tx, record| {
            jobs.within(tx, &by, id)?;
            record.note(format!("job {id}: file {name}"));
            let file = OpenFile::found(tx, jobs.room().vault(), id, &name)?.ok_or(JobError::Unknown)?;
            file.is_whole(tx)?;
            Ok::<_, JobError>(Seen::many(jobs.people_of(tx, &file)?, file))
        });
        opened.await
    }

    /// The same of a whole file; empty when there is none. For a thread that may block.
    pub fn take_file_blocking(&self, caller: &Caller, act: impl Into<Act>, id: Id128, name: &str) -> Result<Vec<u8>, JobError> {
        self.room().see_blocking(caller, act, |tx, record| {
            record.note(format!("job {id}: file {name}"));
            let Some(file) = OpenFile::found(tx, self.room().vault(), id, name)? else { return Ok(Seen::nobody(Vec::new())) };
            Ok(Seen::many(self.people_of(tx, &file)?, self.content(tx, &file)?))
        })
    }

    /// A whole file; empty when there is none.
    pub fn file(&self, tx: &mut Tx, job: Id128, name: &str) -> Result<Vec<u8>, JobError> {
        let file = OpenFile::found(tx, self.room().vault(), job, name)?;
        file.map_or(Ok(Vec::new()), |file| self.content(tx, &file))
    }

    fn content(&self, tx: &mut Tx, file: &OpenFile) -> Result<Vec<u8>, JobError> {
        file.is_whole(tx)?;
        let parts = (0..file.parts()).map(|part| self.part(tx, file, part)).collect::<Result<Vec<_>, _>>()?;
        Ok(parts.concat())
    }
}

/// What tells a file from every other.
fn whole(job: Id128, name: &str) -> Vec<u8> {
    [job.as_bytes().as_slice(), name.as_bytes()].concat()
}
