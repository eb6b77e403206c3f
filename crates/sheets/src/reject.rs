//! Refused rows, for whoever mends the source: line, column, reason; never a value of the row.

use std::borrow::Cow;

/// A refused row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// 1 for the heading row.
    pub line: u64,
    /// The heading of the column; empty for the whole row.
    pub column: Cow<'static, str>,
    /// What is wrong and what to do, in Japanese: the reader is an officer.
    pub reason: String,
    /// The same in English.
    pub english: String,
}

impl Rejected {
    /// A row refused as a whole.
    pub fn row(line: u64, reason: impl Into<String>, english: impl Into<String>) -> Rejected {
        Rejected { line, column: Cow::Borrowed(""), reason: reason.into(), english: english.into() }
    }

    /// A row refused for one of its columns.
    pub fn cell(line: u64, column: impl Into<Cow<'static, str>>, reason: impl Into<String>, english: impl Into<String>) -> Rejected {
        Rejected { line, column: column.into(), reason: reason.into(), english: english.into() }
    }
}
