//! Why the number side refuses.

use wire::Cause;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The name is taken by something else.
    #[error("{0}")]
    Conflict(&'static str),
    /// Of the city that asked, something still waits for another party.
    #[error("another party has not taken everything of this city yet: it goes on by itself; ask again later")]
    Behind,
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
        Behind => SERVICE_UNAVAILABLE, "unavailable";
    }
    through { Outbox(work::outbox::OutboxError) }
}
