//! Files as cities and their suppliers write them: what is read of them, and what a mistake costs.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod mistakes;
mod ways;

use std::sync::Arc;

use sheets::{Encoding, Gaiji, Options, Sheet, SheetError};

/// What was read: the cells of good rows joined by `|`, lines and columns of refused ones.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    good: Vec<String>,
    bad: Vec<(u64, String)>,
}

fn read_with(bytes: &[u8], encoding: Encoding, gaiji: Option<&Gaiji>) -> Result<Read, SheetError> {
    let gaiji = Arc::new(gaiji.cloned().unwrap_or_default());
    let mut sheet = Sheet::open(bytes, Options { encoding, gaiji, keeps_unknown: false })?;
    let mut read = Read { good: Vec::new(), bad: Vec::new() };
    while let Some(row) = sheet.next_row()? {
        match row {
            Ok(row) => read.good.push(row.iter().collect::<Vec<_>>().join("|")),
            Err(rejected) => {
                assert!(!rejected.reason.is_empty() && !rejected.english.is_empty());
                read.bad.push((rejected.line, rejected.column.into_owned()));
            }
        }
    }
    Ok(read)
}

fn read(bytes: &[u8]) -> Read {
    read_with(bytes, Encoding::Auto, None).unwrap()
}
