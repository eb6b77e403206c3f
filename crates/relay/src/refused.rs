//! Why the relay refuses.

use wire::Cause;

/// Why a request or a background task ends without its effect.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Without a permission list that holds nothing is decided.
    #[error(
        "いま有効な提供可否の一覧がありません。新しいものを取得しています / no permission list holds here just now: another is fetched"
    )]
    NoList,
    /// The other side went by a newer list.
    #[error(
        "提供可否の一覧が、許可されたときのものより古くなっています。新しいものを取得しています \
         / the permission list here is older than the one this was permitted under: another is fetched"
    )]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_are_refused_here_alone_is_told_in_both_languages() {
        for error in [RelayError::NoList, RelayError::ListBehind] {
            let text = error.to_string();
            let (japanese, english) = text.split_once(" / ").unwrap();
            assert!(japanese.ends_with("ています") || japanese.ends_with("ください"), "{japanese}");
            assert!(english.is_ascii(), "{english}");
        }
    }
}
