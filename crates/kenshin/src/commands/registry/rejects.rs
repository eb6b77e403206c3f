//! The file of what was refused.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use ::registry::files;

use crate::making::Making;
use crate::output;

/// There when something was refused, and gone when nothing was.
pub(super) struct Rejects {
    /// None where they are only said: a dry run writes nothing but what it is asked to.
    making: Option<Making>,
    /// The name of the file they are of.
    input: String,
}

impl Rejects {
    /// Beside the input, unless another place was asked for; of a dry run nowhere else.
    pub(super) fn beside(input: &Path, asked: Option<&Path>, is_dry_run: bool) -> anyhow::Result<Rejects> {
        let path = match asked {
            Some(asked) => Some(asked.to_owned()),
            None => (!is_dry_run).then(|| input.with_extension("rejects.csv")),
        };
        let making = path.map(|path| Making::of(&path, &[input])).transpose()?;
        Ok(Rejects { making, input: super::name(input) })
    }

    /// Keeps the refused rows of a job, as CSV; each is said on standard error.
    pub(super) fn keep_rows(self, rows: &[u8]) -> anyhow::Result<()> {
        let mut reader = csv::ReaderBuilder::new().from_reader(rows);
        let mut rejected = 0_u64;
        for row in reader.records() {
            let row = row?;
            let cell = |at: usize| row.get(at).unwrap_or_default();
            output::say(&format!("line {}: {} {}", cell(0), cell(1), cell(2)));
            rejected += 1;
        }
        let Some(mut making) = self.making else { return Ok(()) };
        let path = making.path().to_owned();
        if rejected > 0 {
            making.write_all(rows)?;
            making.finish()?;
            output::say(&format!("refused rows are in {}", path.display()));
        } else if path.is_file() {
            // Of an earlier import, which would be taken for this one's.
            fs::remove_file(&path)?;
        }
        Ok(())
    }

    /// Of a file that was refused whole: one row that says why; a reason is in Japanese and, after ` / `, in English.
    pub(super) fn keep_reason(self, reason: &str) -> anyhow::Result<()> {
        let Some(mut making) = self.making else { return Ok(()) };
        let path = making.path().to_owned();
        let mut rows = files::Rejects::to(&mut making, &self.input);
        let (japanese, english) = reason.split_once(" / ").unwrap_or((reason, reason));
        rows.add(&files::Rejected::row(1, japanese, english));
        rows.finish()?;
        making.finish()?;
        output::say(&format!("why the file was refused is in {}", path.display()));
        Ok(())
    }
}
