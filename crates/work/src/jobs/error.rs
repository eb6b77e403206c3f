//! Why a job is not started, changed, or gone on with.

use wire::Problem;

/// Why a job is not started, changed, or gone on with.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// There is no such job, or file of a job.
    #[error("there is no such job here, or it has no such file")]
    Unknown,
    /// The key stands for other work.
    #[error("this key was used for other work: new work needs a new key")]
    OtherWork,
    /// It is in no state for this.
    #[error("a job that is {0} cannot be changed so")]
    NotNow(&'static str),
    /// It has begun to change what holds.
    #[error("the job has begun to change what holds and is done to its end: it can no longer be cancelled")]
    MustEnd,
    /// Nobody but the command that asked runs it.
    #[error("the job is done by the command that asked for it: run that command again, and it goes on where it stood")]
    ByHand,
    /// What was asked is not there any more.
    #[error("what was asked is forgotten 30 days after the end of a job: ask for it anew")]
    Forgotten,
    /// Whoever asked cannot approve.
    #[error("a second person has to approve: whoever asked cannot")]
    SamePerson,
    /// Another process has taken it up; nothing more of this attempt has an effect.
    #[error("another process has taken the job up")]
    Lost,
    /// Somebody cancelled it.
    #[error("the job was cancelled")]
    Cancelled,
    /// What is asked, or what came of it, cannot be written as JSON.
    #[error("the input, cursor or result of a job cannot be written")]
    Unwritable,
    /// What is stored of it cannot be read.
    #[error("what is stored of a job cannot be read: {0}")]
    Damaged(&'static str),
    /// The request was made before, or cannot be kept.
    #[error(transparent)]
    Once(#[from] wire::idempotency::OnceError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The record of use.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
}

store::driver_errors!(JobError);

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Unknown => Problem::not_found(error.to_string()),
            JobError::OtherWork => Problem::unprocessable("other-work", error.to_string()),
            JobError::NotNow(_) | JobError::MustEnd | JobError::ByHand | JobError::Forgotten => {
                Problem::conflict("job-state", error.to_string())
            }
            JobError::SamePerson => Problem::forbidden(error.to_string()),
            JobError::Cancelled => Problem::conflict("cancelled", error.to_string()),
            JobError::Lost => Problem::unavailable(error.to_string()),
            JobError::Unwritable | JobError::Damaged(_) => Problem::internal(&error),
            JobError::Once(error) => error.into(),
            JobError::Store(error) => error.into(),
            JobError::Ledger(error) => error.into(),
            JobError::Vault(error) => error.into(),
        }
    }
}
