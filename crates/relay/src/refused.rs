//! Why the relay refuses.

use wire::Cause;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Without a permission list that holds nothing is decided.
    #[error("no permission list holds here just now: another is fetched")]
    NoList,
    /// The other side went by a newer list.
    #[error("the permission list here is older than the one this was permitted under: another is fetched")]
    ListBehind,
    /// What is to be told to others.
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    RelayError {
        NoList => SERVICE_UNAVAILABLE, "no-list";
        ListBehind => SERVICE_UNAVAILABLE, "no-list";
    }
    through { Outbox(work::outbox::OutboxError) }
}
