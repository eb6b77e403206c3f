//! The one door at which work is asked for.

use access::{Caller, KeptCaller};
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::jobs::{Job, JobState};
use serde::{Deserialize, Serialize};
use store::Tx;
use vocabulary::Id128;
use wire::Once;

use super::table::{Bound, id_of, job, needs};
use super::{JobError, Jobs, WorkKind};

/// The way on which work is asked for: it says when asking again means the same job, and who does it.
#[derive(Clone, Debug)]
pub enum Through {
    /// A request of another system: the same request again is the same job, even when that has ended.
    Request(Once),
    /// A page, or a command that leaves the work to the server. What waits to be [looked at first](PREVIEW) is another job: its file may be another by
    /// now.
    Form,
    /// A command that does the work itself: no server takes it up, and run again it goes on where it stood. The text tells it from work of the
    /// same input by what the input does not say: a file by its place, length and time. Where it was asked to [preview](PREVIEW) before, it goes on
    /// with what was shown.
    Command(String),
}

/// Fields of a message whose names begin with this say whether the work stops to be looked at before it changes anything, and how it is shown: they
/// are no part of what is done. The field of just this name says whether it stops.
pub const PREVIEW: &str = "preview";

/// Work that may be begun.
struct Start {
    kind: &'static str,
    input: serde_json::Value,
    /// Only the command that asks does it.
    by_hand: bool,
    /// Whether it stops to be looked at.
    is_preview: bool,
    /// What tells it from work of the same input.
    distinct: String,
    /// When a second person has to approve it: one of [`needs`].
    needs_approval: i16,
}

/// Who asked, and for what: what lies sealed in `job.input`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) caller: KeptCaller,
    pub(super) input: serde_json::Value,
}

impl Jobs {
    /// Asks for work → the job; on its way it is recorded under the action of its kind. Refused when the room's system does no such work, when
    /// no policy permits it to the caller for their purpose (which is recorded, C-II-3-REG-6), and when the input is not its message. Of a kind
    /// that a second person has to approve, the job waits for them: at once, or when it has shown what it would bring, where that was asked for. The same work that has not come to its end is the same job.
    pub async fn ask_for(&self, kind: &WorkKind, caller: &Caller, input: serde_json::Value, through: Through) -> Result<Job, JobError> {
        let kind = self.kind(kind.name).ok_or(JobError::NoSuchWork)?;
        if !self.allows(caller, &kind.action) {
            self.refused_attempts().record(caller, kind.action, "").await?;
            return Err(JobError::NotForCaller);
        }
        let (once, by_hand, distinct) = match through {
            Through::Request(once) => (Some(once), false, String::new()),
            Through::Form => (None, false, String::new()),
            Through::Command(distinct) => (None, true, distinct),
        };
        let input = kind.read(input)?;
        let is_preview = is_preview(&input);
        let needs_approval = match self.0.work.needs_second_person(kind.name) {
            false => needs::NOBODY,
            true if is_preview => needs::AFTER_SHOWING,
            true => needs::NOW,
        };
        let start = Start { kind: kind.name, input, by_hand, is_preview, distinct, needs_approval };
        let (jobs, asker) = (self.clone(), caller.clone());
        let summary = kind.summarize(&start.input);
        let id = self.room().change(caller, kind.action, move |tx, record| {
            let begin = |tx: &mut Tx| jobs.start(tx, &asker, &start);
            let id = match once {
                Some(once) => once.run(tx, jobs.clock().as_ref(), begin)?,
                None => begin(tx)?,
            };
            match summary {
                Some(summary) => record.note(format!("job {id}: {}, of {summary}", start.kind)),
                None => record.note(format!("job {id}: {}", start.kind)),
            }
            // whom it concerns stands in the entries of what it does
            Ok::<_, JobError>(Seen::unnamed(id))
        });
        let id = id.await?;
        self.ring();
        self.find(id).await
    }

    /// Starts work within a transaction → the job. The same work that has not come to its end is the same job; a command that is run again goes
    /// on where it failed or was cancelled.
    fn start(&self, tx: &mut Tx, caller: &Caller, start: &Start) -> Result<Id128, JobError> {
        let municipality = caller.municipality().map(|code| code.to_string());
        let work = self.work_of(start, municipality.as_deref(), start.is_preview)?;
        if let Some(there) = self.there(tx, caller, start, &work)? {
            return Ok(there);
        }
        if start.by_hand && !start.is_preview {
            let previewed = self.work_of(start, municipality.as_deref(), true)?;
            if let Some(there) = self.shown_before(tx, caller, start, &previewed)? {
                return Ok(there);
            }
        }
        let id = self.0.entropy.id128();
        let kept = Kept { caller: caller.keep(), input: start.input.clone() };
        let kept = serde_json::to_vec(&kept).map_err(|_| wire::Defect("a job that cannot be written"))?;
        let bound = Bound {
            kind: start.kind.to_owned(),
            by_hand: i16::from(start.by_hand),
            asked_by: named(caller),
            purpose: caller.purpose().as_str().to_owned(),
            municipality,
            needs_approval: start.needs_approval,
            approved_by: None,
        };
        let input = bound.seal(self.room().vault(), id, &kept)?;
        let state = if start.needs_approval == needs::NOW { JobState::AwaitingApproval } else { JobState::Waiting };
        let now = self.now_ms();
        let row = (
            (
                job::id.eq(id.as_bytes().to_vec()),
                job::kind.eq(bound.kind),
                job::work.eq(work.to_vec()),
                job::state.eq(state.as_str()),
                job::by_hand.eq(bound.by_hand),
                job::asked_by.eq(bound.asked_by),
                job::purpose.eq(bound.purpose),
                job::municipality.eq(bound.municipality),
                job::needs_approval.eq(bound.needs_approval),
                job::input.eq(Some(input)),
            ),
            (job::done.eq(0), job::step.eq("waiting"), job::attempts.eq(0), job::failures.eq(0), job::next_attempt_at.eq(now)),
            (job::holder.eq(""), job::lease_until.eq(0), job::cancel.eq(0), job::must_end.eq(0), job::created_at.eq(now)),
        );
        diesel::insert_into(job::table).values(row).execute(tx)?;
        Ok(id)
    }

    /// The keyed digest by which the same work is known; what is only shown of it is other work.
    fn work_of(&self, start: &Start, municipality: Option<&str>, is_preview: bool) -> Result<[u8; 16], JobError> {
        let mut input = start.input.clone();
        if let Some(fields) = input.as_object_mut() {
            fields.retain(|name, _| !name.starts_with(PREVIEW));
        }
        let work = serde_json::to_vec(&(start.kind, &input, start.by_hand, is_preview, &start.distinct, municipality))
            .map_err(|_| wire::Defect("a job that cannot be written"))?;
        Ok(self.room().vault().blind("job", &work))
    }

    /// The same work that this caller was shown, or is about to be: it goes on.
    fn shown_before(&self, tx: &mut Tx, caller: &Caller, start: &Start, work: &[u8]) -> Result<Option<Id128>, JobError> {
        let open = [JobState::Waiting, JobState::Running, JobState::AwaitingApproval, JobState::Previewed].map(JobState::as_str);
        let same = job::kind.eq(start.kind).and(job::work.eq(work.to_vec())).and(job::state.eq_any(open));
        let mine = job::table.filter(same).filter(job::asked_by.eq(named(caller)).and(job::input.is_not_null()));
        let newest = mine.order(job::created_at.desc()).select((job::id, job::state));
        let Some((id, state)) = newest.first::<(Vec<u8>, String)>(tx).optional()? else { return Ok(None) };
        let id = id_of(&id).ok_or(wire::Damaged("the id of a job"))?;
        if state == JobState::Previewed.as_str() {
            self.go_on(tx, id)?;
        }
        Ok(Some(id))
    }

    fn there(&self, tx: &mut Tx, caller: &Caller, start: &Start, work: &[u8]) -> Result<Option<Id128>, JobError> {
        let same = || job::table.filter(job::kind.eq(start.kind).and(job::work.eq(work.to_vec()))).select(job::id);
        let open = [JobState::Waiting, JobState::Running, JobState::AwaitingApproval].map(JobState::as_str);
        let there: Option<Vec<u8>> = same().filter(job::state.eq_any(open)).first(tx).optional()?;
        let id = |bytes: Vec<u8>| id_of(&bytes).ok_or(wire::Damaged("the id of a job"));
        if there.is_some() || !start.by_hand {
            return Ok(there.map(id).transpose()?);
        }
        let left = job::state.eq_any([JobState::Failed, JobState::Cancelled, JobState::Previewed].map(JobState::as_str));
        let mine = left.and(job::asked_by.eq(named(caller))).and(job::input.is_not_null());
        let newest = same().filter(mine).order(job::created_at.desc()).select((job::id, job::state));
        let Some((left, state)) = newest.first::<(Vec<u8>, String)>(tx).optional()? else { return Ok(None) };
        let left = id(left)?;
        // What one has shown is what would have come then: it looks again.
        if state == JobState::Previewed.as_str() {
            self.drop_aside(tx, left)?;
        }
        self.go_on(tx, left)?;
        Ok(Some(left))
    }
}

/// Whether what was asked for is to stop once it has shown what it would bring.
pub fn is_preview(input: &serde_json::Value) -> bool {
    input.get(PREVIEW).and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// A caller as jobs name them: kind and id.
pub(super) fn named(caller: &Caller) -> String {
    format!("{} {}", caller.kind(), caller.id())
}
