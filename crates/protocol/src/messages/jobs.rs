//! Jobs: long pieces of work that every system answers with 202. Shapes are ours.
//!
//! A `POST` that asks for work → [`Job`] with its `Location`. `GET /<system>/v1/jobs/{id}` tells how it goes, `…/events` the same as
//! server-sent events; `POST …/files/{name}` with a [`TakeFile`] gives what it wrote; `POST …/cancel` and `…/resume` change it. Whoever approves
//! does so on a page or the command line, as a person.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::Id128;

use crate::problem::ProblemDocument;

messages! { "jobs": Job, Jobs, TakeFile }

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum JobState {
    /// It will be taken up, at once or when its next attempt is due.
    Waiting,
    /// Somebody runs it.
    Running,
    /// A second person has to approve it first.
    AwaitingApproval,
    /// It stopped before it changes anything; the result says what it would bring. It can be resumed, or cancelled.
    Previewed,
    /// Done; the result is there.
    Done,
    /// What was asked cannot be; the problem says why. Nothing of it goes on.
    Refused,
    /// Tried too often in vain; the problem is the last one. It can be resumed.
    Failed,
    /// Somebody cancelled it. It can be resumed.
    Cancelled,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Waiting, Self::Running, Self::AwaitingApproval, Self::Previewed, Self::Done, Self::Refused, Self::Failed, Self::Cancelled];

    /// The word in messages and in rooms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::AwaitingApproval => "awaitingApproval",
            Self::Previewed => "previewed",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether the files of a job in this state hold all that they will.
    pub const fn has_whole_files(self) -> bool {
        matches!(self, Self::Previewed | Self::AwaitingApproval | Self::Done)
    }

    /// Whether nothing more comes of it by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Previewed | Self::Done | Self::Refused | Self::Failed | Self::Cancelled)
    }
}

/// How far a job's work is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobProgress {
    /// Of the step: rows, people or messages that are done.
    pub done: u64,
    /// Of the step: how many there are, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub total: Option<u64>,
    /// One word for what is being done: `reading`, `applying`, …
    pub step: String,
}

/// A file that a job wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobFile {
    /// Its name within the job.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// When it is forgotten.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Job {
    /// Its name.
    #[schema(value_type = String)]
    pub id: Id128,
    /// What sort of work: `import-residents`, …
    pub kind: String,
    /// How far it is.
    pub state: JobState,
    /// How far its work is.
    pub progress: JobProgress,
    /// How often it was taken up.
    pub attempts: u32,
    /// Who asked: kind and id, as the record of use names them.
    pub asked_by: String,
    /// What they want it for.
    pub purpose: String,
    /// What they asked for, as its kind documents: of a job that is looked at alone, as long as it is kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub asked: Option<serde_json::Value>,
    /// The second person who approved it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approved_by: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was first taken up.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    /// When it is tried again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Timestamp>,
    /// When it came to its end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
    /// What came of it, as its kind documents, when it is done; what would come of it, when it is previewed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<serde_json::Value>,
    /// Why it is refused or failed, or what its last attempt met.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<ProblemDocument>,
    /// What it wrote.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub files: Vec<JobFile>,
}

/// The newest jobs, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Jobs {
    /// One each.
    pub jobs: Vec<Job>,
}

/// Asks for a file that a job wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeFile {
    /// What for, in 1 to 200 bytes, each of which can be seen: it stands in the record of use.
    #[schema(min_length = 1)]
    pub reason: String,
}

/// The query of a job: how long the answer may wait for its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WaitForEnd {
    /// Seconds, up to 20; 0 answers at once.
    #[serde(default)]
    pub wait_seconds: u64,
}

/// The path of a job beside the path that asked for it: both begin with `/<system>/v1`.
pub fn beside(path: &str, job: Id128) -> String {
    let base: String = path.split('/').take(3).collect::<Vec<_>>().join("/");
    format!("{base}/jobs/{job}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_lies_beside_the_path_that_asked_for_it() {
        let id = Id128::from_bytes([7; 16]);
        assert_eq!(beside("/hub/v1/work/exchange", id), format!("/hub/v1/jobs/{id}"));
    }

    #[test]
    fn every_state_has_one_word() {
        for state in JobState::ALL {
            assert_eq!(JobState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{}\"", state.as_str()));
        }
    }
}
