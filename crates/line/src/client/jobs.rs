//! Work of another party: asked for once, and waited for.

use http::StatusCode;
use protocol::ProblemDocument;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use vocabulary::{Id128, Party};

use super::{Client, WireError};
use protocol::messages::jobs::{Job, JobState, beside};

/// How long one question may wait for the end, in seconds.
const WAIT: u64 = 10;

impl Client {
    /// Asks for work and waits for its result, however long the client's patience ([`Client::within`]) is: `path` answers with a [`Job`]. A
    /// job that is refused, failed or cancelled is a refusal; of one that stops to be looked at, what it would bring is the result. The same key
    /// asks for the same job.
    pub async fn run_job<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        to: &Party,
        path: &str,
        key: Id128,
        body: &B,
    ) -> Result<T, WireError> {
        let until = Instant::now() + self.patience;
        let mut job: Job = self.post(to, path, key, body).await?;
        let path = beside(path, job.id);
        while !job.state.is_final() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(WireError::NotReached {
                    party: to.clone(),
                    detail: format!("the job {} is still {}", job.id, job.state.as_str()),
                });
            }
            job = self.get(to, &format!("{path}?waitSeconds={}", left.as_secs().clamp(1, WAIT))).await?;
        }
        let refused = |problem| Err(WireError::Refused { party: to.clone(), problem: Box::new(problem) });
        match (job.state, job.result, job.problem) {
            (JobState::Done | JobState::Previewed, Some(result), _) => {
                serde_json::from_value(result).map_err(|_| WireError::Unreadable { party: to.clone() })
            }
            (JobState::Refused | JobState::Failed, _, Some(problem)) => refused(problem),
            (JobState::Cancelled, ..) => refused(ProblemDocument::new(StatusCode::CONFLICT, "cancelled", "somebody cancelled the job")),
            _ => Err(WireError::Unreadable { party: to.clone() }),
        }
    }
}
