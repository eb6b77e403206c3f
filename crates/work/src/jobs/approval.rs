//! Whether a job waits for a second person, who may have approved something else.

use diesel::prelude::*;
use store::Tx;
use vocabulary::Id128;

use super::position::JobPosition;
use super::start::{Kept, PREVIEW};
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
        let is_preview = input.get(PREVIEW).and_then(serde_json::Value::as_bool).unwrap_or(false);
        let when = if is_preview && !standing.has_shown { needs::AFTER_SHOWING } else { needs::NOW };
        self.unapprove(tx, id, (bound, &plain), when)?;
        Ok(Some(when))
    }

    /// Nobody has approved what was asked, and a second person has to: one of [`needs`] says when.
    pub(super) fn unapprove(&self, tx: &mut Tx, id: Id128, (bound, plain): (Bound, &[u8]), when: i16) -> Result<(), JobError> {
        let bound = Bound { needs_approval: when, approved_by: None, ..bound };
        let input = job::input.eq(Some(bound.seal(self.room().vault(), id, plain)?));
        let unapproved = (job::needs_approval.eq(when), job::approved_by.eq(None::<String>));
        diesel::update(job_row(id)).set((unapproved, input)).execute(tx)?;
        Ok(())
    }
}
