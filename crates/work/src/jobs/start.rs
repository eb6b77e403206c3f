//! Asking for work.

use access::{Caller, KeptCaller};
use diesel::prelude::*;
use ledger::{Act, Seen};
use protocol::messages::jobs::{Job, JobState};
use serde::{Deserialize, Serialize};
use store::Tx;
use vocabulary::Id128;
use wire::Once;

use super::table::{Bound, id_of, job};
use super::{JobError, Jobs};

/// Work that is asked for.
#[derive(Clone, Debug)]
pub struct Start {
    kind: &'static str,
    input: serde_json::Value,
    key: Option<String>,
    distinct: String,
    by_hand: bool,
    state: JobState,
}

/// Who asked, and for what: what lies sealed in `job.input`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) caller: KeptCaller,
    pub(super) input: serde_json::Value,
}

impl Start {
    /// Work of a kind.
    pub fn new(kind: &'static str, input: &impl Serialize) -> Result<Self, JobError> {
        let input = serde_json::to_value(input).map_err(|_| wire::Defect("a job that cannot be written"))?;
        Ok(Self { kind, input, key: None, distinct: String::new(), by_hand: false, state: JobState::Waiting })
    }

    /// Under a key: a second start under the same key is the same job, even when it has ended.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    /// Told apart from work of the same input by what the input does not say: a file by its place, length and time.
    #[must_use]
    pub fn distinct(self, by: impl Into<String>) -> Self {
        Self { distinct: by.into(), ..self }
    }

    /// For the command line that asks: no server takes it up.
    #[must_use]
    pub fn by_hand(self) -> Self {
        Self { by_hand: true, ..self }
    }

    /// Once a second person has approved it.
    #[must_use]
    pub fn awaiting_approval(self) -> Self {
        Self { state: JobState::AwaitingApproval, ..self }
    }
}

impl Jobs {
    /// Starts work within a transaction → the job. Without a key, the same work that has not come to its end is the same job; a command that
    /// is run again goes on where it failed or was cancelled. Call [`Jobs::ring`] once the transaction is committed; without, it is taken up a little later.
    pub fn start(&self, tx: &mut Tx, caller: &Caller, start: &Start) -> Result<Id128, JobError> {
        let municipality = caller.municipality().map(|code| code.to_string());
        let work = serde_json::to_vec(&(start.kind, &start.input, start.by_hand, &start.distinct, &municipality))
            .map_err(|_| wire::Defect("a job that cannot be written"))?;
        let work = self.room().vault().blind("job", &work);
        if let Some(there) = self.there(tx, caller, start, &work)? {
            return Ok(there);
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
            needs_approval: i16::from(start.state == JobState::AwaitingApproval),
            approved_by: None,
        };
        let input = bound.seal(self.room().vault(), id, &kept)?;
        let now = self.now_ms();
        let row = (
            (
                job::id.eq(id.as_bytes().to_vec()),
                job::kind.eq(bound.kind),
                job::job_key.eq(start.key.clone().unwrap_or_else(|| id.to_string())),
                job::work.eq(work.to_vec()),
                job::state.eq(start.state.as_str()),
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

    fn there(&self, tx: &mut Tx, caller: &Caller, start: &Start, work: &[u8]) -> Result<Option<Id128>, JobError> {
        let of_kind = job::table.filter(job::kind.eq(start.kind)).select((job::id, job::work));
        let there: Option<(Vec<u8>, Vec<u8>)> = match &start.key {
            Some(key) => of_kind.filter(job::job_key.eq(key)).first(tx).optional()?,
            None => {
                let open = [JobState::Waiting, JobState::Running, JobState::AwaitingApproval].map(JobState::as_str);
                let same = job::work.eq(work.to_vec());
                let there = of_kind.filter(same.clone().and(job::state.eq_any(open))).first(tx).optional()?;
                if there.is_none() && start.by_hand {
                    let left = job::state.eq_any([JobState::Failed, JobState::Cancelled].map(JobState::as_str));
                    let mine = same.and(left).and(job::asked_by.eq(named(caller))).and(job::input.is_not_null());
                    let left: Option<(Vec<u8>, Vec<u8>)> = of_kind.filter(mine).order(job::created_at.desc()).first(tx).optional()?;
                    if let Some(id) = left.as_ref().and_then(|(id, _)| id_of(id)) {
                        self.go_on(tx, id)?;
                    }
                    left
                } else {
                    there
                }
            }
        };
        match there {
            Some((_, other)) if other != work => Err(JobError::OtherWork),
            Some((id, _)) => id_of(&id).map(Some).ok_or(wire::Damaged("the id of a job").into()),
            None => Ok(None),
        }
    }

    /// Starts work in a transaction of its own, with an entry in the record of use → the job. The same request again is the same job.
    pub async fn ask(&self, caller: &Caller, act: impl Into<Act>, once: Option<Once>, start: Start) -> Result<Job, JobError> {
        let (jobs, asker) = (self.clone(), caller.clone());
        let id = self.room().change(caller, act, move |tx, record| {
            let begin = |tx: &mut Tx| jobs.start(tx, &asker, &start);
            let id = match once {
                Some(once) => once.run(tx, jobs.clock().as_ref(), begin)?,
                None => begin(tx)?,
            };
            record.note(format!("job {id}: {}", start.kind));
            // whom it concerns stands in the entries of what it does
            Ok::<_, JobError>(Seen::nobody(id))
        });
        let id = id.await?;
        self.ring();
        self.find(id).await
    }
}

/// A caller as jobs name them: kind and id.
pub(super) fn named(caller: &Caller) -> String {
    format!("{} {}", caller.kind(), caller.id())
}
