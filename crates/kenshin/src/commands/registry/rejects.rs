//! The file of what was refused.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use ::registry::files;

use crate::making::Making;
use crate::output;

/// There when something was refused, and gone when nothing was.
pub(super) struct Rejects {
    making: Making,
    /// The name of the file they are of.
    input: String,
    /// Whether they are only said: a dry run writes nothing but what it is asked to.
    is_said_only: bool,
}

impl Rejects {
    /// Beside the input, unless another place was asked for; of a dry run nowhere else.
    pub(super) fn beside(input: &Path, asked: Option<&Path>, is_dry_run: bool) -> anyhow::Result<Rejects> {
        let path = asked.map_or_else(|| input.with_extension("rejects.csv"), Path::to_path_buf);
        let name = input.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Rejects { making: Making::of(&path, &[input])?, input: name, is_said_only: is_dry_run && asked.is_none() })
    }

    /// Keeps it when rows were refused.
    fn keep(self, rejected: u64) -> anyhow::Result<()> {
        let path = self.making.path().to_owned();
        if self.is_said_only {
            return Ok(());
        }
        if rejected > 0 {
            self.making.finish()?;
            output::say(&format!("refused rows are in {}", path.display()));
        } else if path.is_file() {
            // Of an earlier import, which would be taken for this one's.
            fs::remove_file(&path)?;
        }
        Ok(())
    }

    /// Keeps the refused rows of a job, as CSV; each is said on standard error.
    pub(super) fn keep_rows(mut self, rows: &[u8]) -> anyhow::Result<()> {
        let mut reader = csv::ReaderBuilder::new().from_reader(rows);
        let mut rejected = 0;
        for row in reader.records() {
            let row = row?;
            let cell = |at: usize| row.get(at).unwrap_or_default();
            output::say(&format!("line {}: {} {}", cell(0), cell(1), cell(2)));
            rejected += 1;
        }
        self.making.write_all(rows)?;
        self.keep(rejected)
    }

    /// Of a file that was refused whole: one row that says why; a reason is in Japanese and, after ` / `, in English.
    pub(super) fn keep_reason(self, reason: &str) -> anyhow::Result<()> {
        if self.is_said_only {
            return Ok(());
        }
        let path = self.making.path().to_owned();
        let mut making = self.making;
        let mut rows = files::Rejects::to(&mut making, &self.input);
        let (japanese, english) = reason.split_once(" / ").unwrap_or((reason, reason));
        rows.add(&files::Rejected::row(1, japanese, english));
        rows.finish()?;
        making.finish()?;
        output::say(&format!("why the file was refused is in {}", path.display()));
        Ok(())
    }
}
