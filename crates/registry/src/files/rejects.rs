//! Refused rows as a file for whoever mends the source: line, column, reason, file; never a value of the row.

use std::io::{self, Write};

/// The heading row.
const HEADING: [&str; 5] = ["行", "列", "理由", "ファイル", "Reason"];

pub use sheets::Rejected;
use sheets::Writer;

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
    pub fn finish(mut self) -> io::Result<u64> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.out.finish().map(|_| self.rows),
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

/// Refused rows of a file as CSV, with the heading row or without; empty when there are none.
pub(crate) fn rejects_csv(rows: &[Rejected], file: &str, heading: bool) -> io::Result<Vec<u8>> {
    let mut rejects = Rejects { rows: u64::from(!heading), ..Rejects::to(Vec::new(), file) };
    rows.iter().for_each(|row| rejects.add(row));
    match rejects.failed {
        Some(error) => Err(error),
        None => rejects.out.finish(),
    }
}

impl<W: Write> std::fmt::Debug for Rejects<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rejects").field("rows", &self.rows).finish_non_exhaustive()
    }
}
