//! Why the relay refuses.

use wire::Cause;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// What is to be told to others.
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    RelayError {}
    through { Outbox(work::outbox::OutboxError) }
}
