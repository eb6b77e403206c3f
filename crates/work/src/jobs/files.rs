//! Files that jobs write: sealed, in parts, forgotten after a while.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, MAX_DETAIL, People, Seen};
use protocol::messages::jobs::JobState;
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::Id128;
use vocabulary::text::read_reason;
use wire::{Damaged, Malformed};

use super::aside::ASIDE;
use super::look::JobOutcome;
use super::position::{Extent, Files, JobPosition, UNCHAINED, chained};
use super::table::{job, job_file, job_file_part, job_file_people, job_row};
use super::{FILES_KEPT_MS, JobError, Jobs};

/// The longest part.
const PART: usize = 256 * 1024;
const DAMAGED: Damaged = Damaged("a job's file");

/// A file of a job as it was when it was opened: its parts, and the rows that say whose data they tell, each sealed to this writing of it and to
/// its place, and their number and content said by where the job stands, so that none can be left out or be of an earlier attempt.
#[derive(Clone, Debug)]
pub struct OpenFile {
    job: Id128,
    name: String,
    extent: Extent,
}

impl OpenFile {
    /// How many parts it has.
    pub fn parts(&self) -> i32 {
        self.extent.parts
    }

    /// The file as the job says that it is; none when it wrote none of this name, or it is forgotten.
    pub(super) fn found(tx: &mut Tx, files: &Files, (job, name): (Id128, &str), now: i64) -> Result<Option<Self>, JobError> {
        if let Some(extent) = files.0.get(name) {
            let open = Self { job, name: name.to_owned(), extent: *extent };
            return Ok((extent.until > now).then_some(open));
        }
        let there: Option<i64> = job_file::table.find((job.as_bytes().to_vec(), name)).select(job_file::until).first(tx).optional()?;
        // what lies there was written, and somebody took away what says so
        if there.is_some_and(|until| until > now) { Err(DAMAGED.into()) } else { Ok(None) }
    }

    /// What tells a row of this file from every other.
    fn row(&self, number: i32) -> Vec<u8> {
        row(self.job, &self.name, self.extent.writing, number)
    }
}

fn row(job: Id128, name: &str, writing: Id128, number: i32) -> Vec<u8> {
    [writing.as_bytes().as_slice(), &number.to_be_bytes(), job.as_bytes(), name.as_bytes()].concat()
}

/// Adds to the end of a file of a job, which is begun when there is none, and names whom it tells of.
pub(super) fn append(
    tx: &mut Tx,
    jobs: &Jobs,
    files: &mut Files,
    (job, name): (Id128, &str),
    content: &[u8],
    people: &People,
) -> Result<(), JobError> {
    let (key, vault, now) = (job.as_bytes().to_vec(), jobs.room().vault(), jobs.now_ms());
    let until = now + FILES_KEPT_MS;
    let mut extent = match files.0.get(name).filter(|extent| extent.until > now) {
        Some(extent) => {
            let there = diesel::update(job_file::table.find((key.clone(), name))).set(job_file::until.eq(until)).execute(tx)?;
            if there == 0 {
                return Err(DAMAGED.into());
            }
            *extent
        }
        None => {
            forget(tx, &key, name)?;
            let row = (job_file::job.eq(key.clone()), job_file::name.eq(name), job_file::until.eq(until));
            diesel::insert_into(job_file::table).values(row).execute(tx)?;
            Extent::begun(jobs.0.entropy.id128())
        }
    };
    let tokens = people.to_bytes();
    if !tokens.is_empty() {
        let place = row(job, name, extent.writing, extent.portions);
        let row = (
            job_file_people::job.eq(key.clone()),
            job_file_people::name.eq(name),
            job_file_people::portion.eq(extent.portions),
            job_file_people::people.eq(vault.seal(&Cell::new("job_file_people", &place, "people"), &tokens)?),
        );
        diesel::insert_into(job_file_people::table).values(row).execute(tx)?;
        extent.people = chained(&extent.people, &tokens);
        extent.portions += 1;
    }
    // what is kept aside is read again part by part
    let longest = if name == ASIDE { content.len().max(1) } else { PART };
    for chunk in content.chunks(longest) {
        let place = row(job, name, extent.writing, extent.parts);
        let row = (
            job_file_part::job.eq(key.clone()),
            job_file_part::name.eq(name),
            job_file_part::part.eq(extent.parts),
            job_file_part::content.eq(vault.seal(&Cell::new("job_file_part", &place, "content"), chunk)?),
        );
        diesel::insert_into(job_file_part::table).values(row).execute(tx)?;
        extent.content = chained(&extent.content, chunk);
        extent.parts += 1;
    }
    extent.bytes += content.len() as u64;
    extent.until = until;
    files.0.insert(name.to_owned(), extent);
    Ok(())
}

/// Takes away what an earlier attempt wrote.
pub(super) fn remove(tx: &mut Tx, files: &mut Files, job: Id128, name: &str) -> Result<(), JobError> {
    files.0.remove(name);
    forget(tx, job.as_bytes(), name)
}

/// Takes away a file of a job, by its key.
pub(super) fn forget(tx: &mut Tx, key: &[u8], name: &str) -> Result<(), JobError> {
    diesel::delete(job_file_people::table.filter(job_file_people::job.eq(key).and(job_file_people::name.eq(name)))).execute(tx)?;
    diesel::delete(job_file_part::table.filter(job_file_part::job.eq(key).and(job_file_part::name.eq(name)))).execute(tx)?;
    diesel::delete(job_file::table.find((key, name))).execute(tx)?;
    Ok(())
}

/// Refuses what a job keeps for itself.
fn shown(name: &str) -> Result<(), JobError> {
    if name == ASIDE { Err(JobError::Unknown) } else { Ok(()) }
}

/// The files that a job has written, as its outcome says once it is done, and until then where it stands.
fn written(tx: &mut Tx, vault: &Vault, id: Id128) -> Result<Files, JobError> {
    type Row = (String, Option<Vec<u8>>, Option<Vec<u8>>);
    let row: Option<Row> = job_row(id).select((job::state, job::checkpoint, job::outcome)).first(tx).optional()?;
    let (state, checkpoint, outcome) = row.ok_or(JobError::Unknown)?;
    if state != JobState::Done.as_str() {
        return Ok(JobPosition::open(vault, id, checkpoint.as_deref())?.files);
    }
    match JobOutcome::open(vault, id, &outcome.ok_or(DAMAGED)?)? {
        JobOutcome::Result { files, .. } => Ok(files),
        JobOutcome::Problem(_) => Err(DAMAGED.into()),
    }
}

impl Jobs {
    /// One part of a file, from 0.
    pub(super) fn part(&self, tx: &mut Tx, file: &OpenFile, part: i32) -> Result<Vec<u8>, JobError> {
        let mine = job_file_part::table.find((file.job.as_bytes().to_vec(), &file.name, part));
        let sealed: Option<Vec<u8>> = mine.select(job_file_part::content).first(tx).optional()?;
        let cell = file.row(part);
        Ok(self.room().vault().open_cell(&Cell::new("job_file_part", &cell, "content"), &sealed.ok_or(DAMAGED)?)?.to_vec())
    }

    /// Each part in its order; refuses a file that is not what was written.
    fn each_part(&self, tx: &mut Tx, file: &OpenFile, mut on: impl FnMut(&[u8])) -> Result<(), JobError> {
        let mine = job_file_part::job.eq(file.job.as_bytes().to_vec()).and(job_file_part::name.eq(&file.name));
        let there: i64 = job_file_part::table.filter(mine).count().get_result(tx)?;
        let mut content = UNCHAINED;
        for number in 0..file.parts() {
            let part = self.part(tx, file, number)?;
            content = chained(&content, &part);
            on(&part);
        }
        if there == i64::from(file.parts()) && content == file.extent.content { Ok(()) } else { Err(DAMAGED.into()) }
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
        let mut named = UNCHAINED;
        for (portion, sealed) in rows {
            let kept = self.room().vault().open_cell(&Cell::new("job_file_people", &file.row(portion), "people"), &sealed)?;
            named = chained(&named, &kept);
            people.take_in(&kept);
        }
        if named == file.extent.people { Ok(people) } else { Err(DAMAGED.into()) }
    }

    /// A file of a job is taken by whoever may ask for its kind of work, and the entry names everybody of whom it tells: its parts leave after this, once all of them were found to be
    /// what was written. What for stands there too: without [a reason](read_reason), or with one that the entry cannot hold whole, nothing leaves.
    pub async fn open_file(&self, caller: &Caller, act: impl Into<Act>, id: Id128, name: &str, reason: &str) -> Result<OpenFile, JobError> {
        let reason = read_reason(reason).ok_or_else(|| Malformed::field("reason", "say what it is for, in 1 to 200 bytes"))?;
        let (jobs, name, by) = (self.clone(), name.to_owned(), caller.clone());
        let told = format!("job {id}: file {name}, for: {reason}");
        if let Some(over @ 1..) = told.len().checked_sub(MAX_DETAIL) {
            return Err(JobError::LongReason(over));
        }
        let opened = self.room().see(caller, act, move |tx, record| {
            jobs.within(tx, &by, id)?;
            jobs.check_permitted(tx, id, &by)?;
            shown(&name)?;
            record.note(told);
            let files = written(tx, jobs.room().vault(), id)?;
            let file = OpenFile::found(tx, &files, (id, &name), jobs.now_ms())?.ok_or(JobError::Unknown)?;
            jobs.each_part(tx, &file, |_| ())?;
            Ok::<_, JobError>(Seen::many(jobs.people_of(tx, &file)?, file))
        });
        opened.await
    }

    /// The same of a whole file; empty when there is none. For a thread that may block.
    pub fn take_file_blocking(&self, caller: &Caller, act: impl Into<Act>, id: Id128, name: &str) -> Result<Vec<u8>, JobError> {
        self.take_of_blocking(caller, act, None, (id, name))
    }

    /// [`Jobs::take_file_blocking`] for whoever has written it and knows what there must be.
    pub(super) fn take_of_blocking(
        &self,
        caller: &Caller,
        act: impl Into<Act>,
        files: Option<Files>,
        (id, name): (Id128, &str),
    ) -> Result<Vec<u8>, JobError> {
        shown(name)?;
        self.room().see_blocking(caller, act, |tx, record| {
            record.note(format!("job {id}: file {name}"));
            let files = files.map_or_else(|| written(tx, self.room().vault(), id), Ok)?;
            let Some(file) = OpenFile::found(tx, &files, (id, name), self.now_ms())? else { return Ok(Seen::nothing()) };
            let mut content = Vec::new();
            self.each_part(tx, &file, |part| content.extend_from_slice(part))?;
            Ok(Seen::many(self.people_of(tx, &file)?, content))
        })
    }
}
