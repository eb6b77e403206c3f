//! Why the outbox does not do something.

use wire::Cause;

/// Why a message was not enqueued, found, or sent.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// No message waits under this name.
    #[error("no message of the outbox has this key")]
    Unknown,
    /// It is not a dead letter.
    #[error("the message is no dead letter: it is being sent, and can be dropped once it has waited for a day")]
    NotDead,
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    OutboxError {
        Unknown => NOT_FOUND, "not-found";
        NotDead => CONFLICT, "not-dead";
    }
}
