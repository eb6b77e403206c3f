//! Refused rows as a file for whoever mends the source: line, column, reason, file; never a value of the row.

use std::io::{self, Write};

use super::Media;
use crate::RegistryError;

/// The heading row.
const HEADING: [&str; 5] = ["行", "列", "理由", "ファイル", "Reason"];

pub use sheets::Rejected;

/// Writes refused rows as CSV, the heading row with the first.
pub struct Rejects<W: Write> {
    out: csv::Writer<W>,
    file: String,
    rows: u64,
    failed: Option<io::Error>,
}

impl<W: Write> Rejects<W> {
    /// The rows of a file. Nothing is written until one is refused.
    pub fn to(out: W, file: &str) -> Rejects<W> {
        Rejects { out: csv::Writer::from_writer(out), file: file.to_owned(), rows: 0, failed: None }
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
            None => self.out.flush().map(|()| self.rows),
        }
    }

    fn write(&mut self, rejected: &Rejected) -> io::Result<()> {
        if self.rows == 0 {
            self.out.write_record(HEADING)?;
        }
        self.rows += 1;
        Ok(self.out.write_record([
            rejected.line.to_string().as_str(),
            &rejected.column,
            &rejected.reason,
            &self.file,
            &rejected.english,
        ])?)
    }
}

impl Rejects<Vec<u8>> {
    /// Keeps what was written in `<file>.rejects.csv` beside the file, when something was refused.
    pub(crate) fn keep_beside(self, media: &Media, file: &str) -> Result<(), RegistryError> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let text = self.out.into_inner().map_err(csv::IntoInnerError::into_error)?;
        if !text.is_empty() {
            media.create(&format!("{file}.rejects.csv"))?.write_all(&text)?;
        }
        Ok(())
    }
}

impl<W: Write> std::fmt::Debug for Rejects<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rejects").field("rows", &self.rows).finish_non_exhaustive()
    }
}
