//! Why atena refuses.

use wire::Cause;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum AtenaError {
    /// What is to be told to others.
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    AtenaError {}
    through { Outbox(work::outbox::OutboxError) }
}
