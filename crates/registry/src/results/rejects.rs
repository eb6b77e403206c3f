//! Refused rows as a file for whoever mends the source.

use std::io::{self, Write};

use super::{Event, Rejected};

/// Writes refused rows as CSV, the heading row with the first.
pub struct Rejects<W: Write> {
    out: csv::Writer<W>,
    rows: u64,
    failed: Option<io::Error>,
}

impl<W: Write> Rejects<W> {
    /// Nothing is written until a row is refused.
    pub fn to(out: W) -> Rejects<W> {
        Rejects { out: csv::Writer::from_writer(out), rows: 0, failed: None }
    }

    /// Hears what happens in an import; a refused row is written down.
    pub fn hear(&mut self, event: &Event) {
        if let Event::Rejected(rejected) = event
            && self.failed.is_none()
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
            self.out.write_record(["行", "列", "理由"])?;
        }
        self.rows += 1;
        Ok(self.out.write_record([rejected.line.to_string().as_str(), &rejected.column, &rejected.reason])?)
    }
}

impl Rejects<Vec<u8>> {
    /// What was written; empty when nothing was refused.
    pub fn into_text(mut self) -> io::Result<Vec<u8>> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.out.into_inner().map_err(|error| error.into_error()),
        }
    }
}

impl<W: Write> std::fmt::Debug for Rejects<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rejects").field("rows", &self.rows).finish_non_exhaustive()
    }
}
