//! Whether a job waits for a second person, who may have approved something else.

use diesel::prelude::*;
use store::Tx;
use vocabulary::Id128;
use zeroize::Zeroizing;

use super::position::JobPosition;
use super::start::{Kept, is_preview};
use super::table::{Bound, bound, job, job_row, needs};
use super::{JobError, Jobs};

impl Jobs {
    /// Asks for a second person where nobody had to approve when the job was asked for, its kind wants one by now and it has changed nothing that
    /// holds; and anew where it begins anew, since what was approved is no longer what it will do → when they approve it, if that has changed. What
    /// cannot be read is left, and fails when it is taken up.
    pub(super) fn ask_second_person(&self, tx: &mut Tx, id: Id128, may_begin_anew: bool) -> Result<Option<i16>, JobError> {
        type Row = (Bound, Option<Vec<u8>>, Option<Vec<u8>>, i16);
        let (bound, input, checkpoint, must_end): Row =
            job_row(id).select((bound!(), job::input, job::checkpoint, job::must_end)).first(tx)?;
        let is_approved = bound.needs_approval != needs::NOBODY;
        let is_asked = if is_approved { may_begin_anew } else { self.0.work.needs_second_person(&bound.kind) };
        if !is_asked {
            return Ok(None);
        }
        let vault = self.room().vault();
        let Some(Ok(plain)) = input.map(|sealed| bound.open(vault, id, &sealed)) else { return Ok(None) };
        let Ok(standing) = JobPosition::open(vault, id, checkpoint.as_deref()) else { return Ok(None) };
        let Ok(Kept { input, .. }) = serde_json::from_slice(&plain) else { return Ok(None) };
        let is_shown_only = standing.has_shown && must_end == 0;
        if standing.is_begun() && (is_approved || !is_shown_only) {
            return Ok(None);
        }
        let when = if is_preview(&input) && !standing.has_shown { needs::AFTER_SHOWING } else { needs::NOW };
        self.rebind(tx, id, bound.unapproved(when), &plain)?;
        Ok(Some(when))
    }

    /// What was asked, opened, and the columns to which it is bound.
    pub(super) fn bound_input(&self, tx: &mut Tx, id: Id128) -> Result<(Bound, Zeroizing<Vec<u8>>), JobError> {
        let (bound, input): (Bound, Option<Vec<u8>>) = job_row(id).select((bound!(), job::input)).first(tx)?;
        let plain = bound.open(self.room().vault(), id, &input.ok_or(JobError::Forgotten)?)?;
        Ok((bound, plain))
    }

    /// Binds what was asked to another approval, which is written with it.
    pub(super) fn rebind(&self, tx: &mut Tx, id: Id128, bound: Bound, plain: &[u8]) -> Result<(), JobError> {
        let input = job::input.eq(Some(bound.seal(self.room().vault(), id, plain)?));
        let approval = (job::needs_approval.eq(bound.needs_approval), job::approved_by.eq(bound.approved_by));
        diesel::update(job_row(id)).set((approval, input)).execute(tx)?;
        Ok(())
    }
}
