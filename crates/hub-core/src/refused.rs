//! Why the number side refuses.

use wire::Cause;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The name is taken by something else.
    #[error("{0}")]
    Conflict(&'static str),
    /// Of the city that asked, something still waits for another party.
    #[error(
        "この市町村のデータに、まだ相手に届いていないものがあります。自動的に続きますので、しばらくしてからもう一度依頼してください \
         / another party has not taken everything of this city yet: it goes on by itself; ask again later"
    )]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_are_refused_here_alone_is_told_in_both_languages() {
        let text = HubError::Behind.to_string();
        let (japanese, english) = text.split_once(" / ").unwrap();
        assert!(japanese.ends_with("依頼してください") && english.is_ascii(), "{text}");
    }
}
