//! Why a job is not started, changed, or gone on with.

use wire::{BodyError, Cause};

/// Why a job is not started, changed, or gone on with.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// There is no such job, or file of a job.
    #[error("there is no such job here, or it has no such file")]
    Unknown,
    /// The system does no such work.
    #[error("this system does no such work")]
    NoSuchWork,
    /// No policy permits the work to whoever asks, or not for their purpose.
    #[error("whoever asks may not ask for this work, or not for this purpose: no policy permits it")]
    NotForCaller,
    /// What is asked is not the message of this work.
    #[error(transparent)]
    Input(#[from] BodyError),
    /// It is in no state for this.
    #[error("a job that is {0} cannot be changed so")]
    NotNow(&'static str),
    /// It has begun to change what holds.
    #[error("the job has begun to change what holds and is done to its end: it can no longer be cancelled")]
    MustEnd,
    /// Nobody but the command that asked runs it.
    #[error(
        "the job is done by the command that asked for it: run that command again, without --dry-run (preview=true) where it was only to show, and it goes on where it stood"
    )]
    ByHand,
    /// What was asked is not there any more.
    #[error("what was asked is forgotten 30 days after the end of a job: ask for it anew")]
    Forgotten,
    /// Whoever asked cannot approve.
    #[error("a second person has to approve: whoever asked cannot")]
    SamePerson,
    /// Nobody can tell that whoever asked and whoever approves are two people.
    #[error(
        "a second person has to approve, and nobody can tell that this is one: what staff asked for is approved on the pages, what was asked for at the command line there, from another account of the machine"
    )]
    NotTwoPeople,
    /// Whoever may change jobs may not do this kind of work.
    #[error("whoever lets a job go on must be somebody who may ask for its kind of work")]
    NotPermitted,
    /// The entry of the record of use cannot hold the reason whole: it is so many bytes too long.
    #[error("what the file is for has to stand in the record of use whole, and is {0} bytes too long for it: say it in fewer words")]
    LongReason(usize),
    /// Whoever did it was ended in the middle, time after time.
    #[error("the process that did the job ended in the middle of it, time after time: what was asked may be more than this machine can do")]
    Deadly,
    /// Another process has taken it up; nothing more of this attempt has an effect.
    #[error("another process has taken the job up")]
    Lost,
    /// Somebody cancelled it.
    #[error("the job was cancelled")]
    Cancelled,
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    JobError {
        Unknown => NOT_FOUND, "not-found";
        NoSuchWork => NOT_FOUND, "not-found";
        NotForCaller => FORBIDDEN, "forbidden";
        Input => BAD_REQUEST, "unreadable";
        NotNow => CONFLICT, "job-state";
        MustEnd => CONFLICT, "job-state";
        ByHand => CONFLICT, "job-state";
        Forgotten => CONFLICT, "job-state";
        SamePerson => FORBIDDEN, "forbidden";
        NotTwoPeople => FORBIDDEN, "forbidden";
        NotPermitted => FORBIDDEN, "forbidden";
        LongReason => UNPROCESSABLE_ENTITY, "long-reason";
        Cancelled => CONFLICT, "cancelled";
        Lost => SERVICE_UNAVAILABLE, "unavailable";
        Deadly => INTERNAL_SERVER_ERROR, "deadly";
    }
}
