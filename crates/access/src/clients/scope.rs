//! Scopes as the common-functions standard writes them: `業務ID:リソース名:操作名`.

use std::{collections::BTreeSet, fmt, str::FromStr};

/// A set of scopes, kept in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope(BTreeSet<String>);

/// Why a scope is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Not `id:resource:operation`.
    #[error("{0:?} is not a scope: expected <business id>:<resource>:<operation>")]
    Malformed(String),
    /// The client was not given it.
    #[error("scope {0} was not granted to the client")]
    NotGranted(String),
    /// None was asked for.
    #[error("no scope was asked for")]
    Empty,
}

impl Scope {
    /// Whether one scope is among them.
    pub fn allows(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first of `asked` that is not among them.
    pub(super) fn lacking<'a>(&'a self, asked: &'a Scope) -> Option<&'a str> {
        asked.0.difference(&self.0).next().map(String::as_str)
    }
}

/// Separated by spaces, as OAuth writes them.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.0.iter().enumerate() {
            write!(f, "{}{scope}", if place == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// From a list separated by spaces.
impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let word =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/'));
        let parts = |scope: &str| scope.split(':').count() == 3 && scope.split(':').all(word);
        text.split_ascii_whitespace()
            .map(|scope| if parts(scope) { Ok(scope.to_owned()) } else { Err(ScopeError::Malformed(scope.to_owned())) })
            .collect::<Result<_, _>>()
            .map(Scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c3_a_scope_names_provider_resource_and_operation() {
        let scope: Scope = "031:app_submit/v10/jutogaishaatenabangofuban:Create 031:a:Read 031:a:Read".parse().unwrap();
        assert_eq!(scope.to_string(), "031:a:Read 031:app_submit/v10/jutogaishaatenabangofuban:Create");
        assert!(scope.allows("031:a:Read") && !scope.allows("031:a:Create"));
        for bad in ["read", "031:a", "031::Read", "031:a:Read:x", "031:住:Read"] {
            assert!(bad.parse::<Scope>().is_err(), "{bad}");
        }
    }
}
