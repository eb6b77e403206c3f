//! Why the number side refuses.

use wire::Cause;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The name is taken by something else.
    #[error("{0}")]
    Conflict(&'static str),
    /// What is to be told to others.
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    HubError {
        Conflict => CONFLICT, "taken";
    }
    through { Outbox(work::outbox::OutboxError) }
}
