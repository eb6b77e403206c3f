//! Refused rows as a file for whoever mends the source: line, column, reason; never a value of the row.

use std::io::{self, Write};

use super::{Event, Rejected};

/// The heading row.
const HEADING: &[&str] = &["行", "列", "理由"];

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
        if let Event::Rejected(rejected) = event {
            self.add(rejected);
        }
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
        self.out.write_record([rejected.line.to_string().as_str(), rejected.fault.column, &rejected.fault.reason])?;
        Ok(())
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
