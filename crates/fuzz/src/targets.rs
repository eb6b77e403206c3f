//! The parsers of outside bytes.

/// A parser and its name.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&[u8]),
    /// Longest input, in bytes.
    pub(crate) limit: usize,
}

/// All of them; `seeds/<name>/` must hold at least one input each.
pub(crate) const TARGETS: &[Target] = &[];
