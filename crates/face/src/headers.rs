//! The headers that go with every page, beside those that the server sends with whatever it answers.

/// What may be kept of a page once it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing, nowhere: anything behind a log-in, and the log-in itself.
    Nothing,
    /// A copy that is asked about each time: pages with nothing about a person.
    Copy,
    /// Nothing, and what was kept before goes too: the answer to a log-out.
    NothingAnyMore,
}

/// No script, no inline style, nothing from elsewhere, in nobody's frame. Pages have no script, so there is none to allow.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(&str, &str); 7] = [
    ("content-security-policy", POLICY),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=(), display-capture=(), browsing-topics=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-robots-tag", "noindex, nofollow"),
];

/// Names (in lower case) and values of the headers that a page is sent with.
pub fn headers(keep: Keep) -> Vec<(&'static str, &'static str)> {
    let cache = match keep {
        Keep::Nothing | Keep::NothingAnyMore => "no-store",
        Keep::Copy => "no-cache",
    };
    let forget = (keep == Keep::NothingAnyMore).then_some(("clear-site-data", r#""cache", "cookies", "storage""#));
    ALWAYS.into_iter().chain([("cache-control", cache)]).chain(forget).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(keep: Keep, name: &str) -> Option<&'static str> {
        headers(keep).into_iter().find(|(header, _)| *header == name).map(|(_, value)| value)
    }

    #[test]
    fn t_20_nothing_inline_runs_and_no_page_of_a_person_is_kept() {
        let policy = value(Keep::Nothing, "content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe") && !policy.contains("script-src") && !policy.contains('*') && !policy.contains("data:"));
        assert_eq!(value(Keep::Nothing, "cache-control"), Some("no-store"));
        assert_eq!(value(Keep::Copy, "cache-control"), Some("no-cache"));
        assert!(value(Keep::NothingAnyMore, "clear-site-data").is_some_and(|what| what.contains("cache")));
        assert_eq!(value(Keep::Nothing, "clear-site-data"), None);
    }

    #[test]
    fn t_37_every_header_is_there_once() {
        let all = headers(Keep::NothingAnyMore);
        for (name, value) in &all {
            assert_eq!(all.iter().filter(|(other, _)| other == name).count(), 1, "{name}");
            assert!(value.is_ascii() && !value.is_empty() && name.to_ascii_lowercase() == *name);
        }
    }
}
