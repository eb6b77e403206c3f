//! What a job keeps aside: what it has read and goes on with later, when a person has looked at what it would bring.

use diesel::prelude::*;
use store::Tx;
use vocabulary::Id128;

use super::files::{self, OpenFile};
use super::position::JobPosition;
use super::run::{JobRun, Portion};
use super::table::{job, job_row};
use super::{JobError, Jobs};

/// The name of the file in which it lies, which is never shown or taken.
pub(super) const ASIDE: &str = ".aside";

impl Portion<'_> {
    /// Keeps something aside, sealed, as the next part of what the job goes on with; forgotten as its files are.
    pub fn keep_aside(&mut self, tx: &mut Tx, part: &[u8]) -> Result<(), JobError> {
        self.append_of_nobody(tx, ASIDE, part)
    }

    /// Takes away what was kept aside.
    pub fn drop_aside(&mut self, tx: &mut Tx) -> Result<(), JobError> {
        self.remove(tx, ASIDE)
    }
}

impl JobRun {
    /// How many parts were kept aside.
    pub fn parts_aside(&self) -> i32 {
        self.files().0.get(ASIDE).map_or(0, |extent| extent.parts)
    }

    /// A part of what was kept aside, from 0. The portion that does something with it names whose it is. For a thread that may block.
    pub fn part_aside_blocking(&self, part: i32) -> Result<Vec<u8>, JobError> {
        let (jobs, files) = (self.jobs(), self.files());
        self.room().raw().read_blocking(|tx| {
            let file = OpenFile::found(tx, &files, (self.id(), ASIDE), jobs.now_ms())?.ok_or(JobError::Forgotten)?;
            jobs.part(tx, &file, part)
        })
    }
}

impl Jobs {
    /// What a job that comes to nothing has shown and kept aside goes: resumed, it begins anew. One that has begun to change what holds keeps it.
    pub(super) fn drop_aside(&self, tx: &mut Tx, id: Id128) -> Result<(), JobError> {
        let (checkpoint, must_end): (Option<Vec<u8>>, i16) = job_row(id).select((job::checkpoint, job::must_end)).first(tx)?;
        if must_end != 0 {
            return Ok(());
        }
        let vault = self.room().vault();
        // where one that cannot be read stands is not known, and it does not go on
        let Ok(JobPosition { mut files, has_shown, .. }) = JobPosition::open(vault, id, checkpoint.as_deref()) else {
            return files::forget(tx, id.as_bytes(), ASIDE);
        };
        if !has_shown && !files.0.contains_key(ASIDE) {
            return Ok(());
        }
        files::remove(tx, &mut files, id, ASIDE)?;
        let anew = JobPosition::anew(files).seal(vault, id)?;
        diesel::update(job_row(id)).set((job::checkpoint.eq(Some(anew)), job::outcome.eq(None::<Vec<u8>>))).execute(tx)?;
        Ok(())
    }
}
