//! Refused rows, and their file for whoever mends the source: line, column, reason; never a value of the row.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::Writer;

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

/// The heading row of a file of refused rows.
const HEADING: [&str; 5] = ["行", "列", "理由", "ファイル", "Reason"];

/// Writes refused rows as CSV, the heading row with the first.
pub struct Rejects<W: Write> {
    out: Writer<W>,
    file: String,
    rows: u64,
    failed: Option<io::Error>,
}

impl<W: Write> Rejects<W> {
    /// The rows of a file. Nothing is written until one is refused.
    pub fn to(out: W, file: &str) -> Rejects<W> {
        Rejects { out: Writer::for_people(out), file: file.to_owned(), rows: 0, failed: None }
    }

    /// Writes down a refused row.
    pub fn add(&mut self, rejected: &Rejected) {
        if self.failed.is_none()
            && let Err(error) = self.write(rejected)
        {
            self.failed = Some(error);
        }
    }

    /// How many were refused; an error when they could not all be written.
    pub fn finish(self) -> io::Result<u64> {
        let rows = self.rows;
        self.into_inner().map(|_| rows)
    }

    /// What was written to; an error when the rows could not all be written.
    pub fn into_inner(self) -> io::Result<W> {
        match self.failed {
            Some(error) => Err(error),
            None => self.out.finish(),
        }
    }

    fn write(&mut self, rejected: &Rejected) -> io::Result<()> {
        if self.rows == 0 {
            self.out.row(HEADING)?;
        }
        self.rows += 1;
        self.out.row([rejected.line.to_string().as_str(), &rejected.column, &rejected.reason, &self.file, &rejected.english])
    }
}

impl<W: Write> std::fmt::Debug for Rejects<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rejects").field("rows", &self.rows).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_until_a_row_is_refused() {
        assert!(Rejects::to(Vec::new(), "a.csv").into_inner().unwrap().is_empty());
        let mut rejects = Rejects::to(Vec::new(), "a.csv");
        rejects.add(&Rejected::cell(3, "性別", "1か2", "is 1 or 2"));
        let text = String::from_utf8(rejects.into_inner().unwrap()).unwrap();
        assert_eq!(text, "行,列,理由,ファイル,Reason\n3,性別,1か2,a.csv,is 1 or 2\n");
    }
}
