//! The job match: the console names a file of the managed media and the one to be written, the command line one of its own.

use protocol::messages::registry::{Match, Matched};
use work::jobs::JobRun;

use crate::files::encoding::Encoding;
use crate::files::rejects_csv;
use crate::residents::REJECTS;
use crate::{Desk, RegistryError};

/// The job's file of verdicts.
pub const VERDICTS: &str = "verdicts.csv";

/// Writes a verdict for every record of the file; rows that cannot be read are told in the job's `rejects.csv`. Both are put beside the file
/// too, where it is one of the managed media.
pub(super) fn identify(desk: &Desk, run: &JobRun, asked: Match) -> Result<Matched, RegistryError> {
    if asked.file == asked.out {
        return Err(RegistryError::Asked("name another file for the verdicts than the one they are about".to_owned()));
    }
    desk.media().may_write(&asked.out)?;
    let matched = match run.checkpoint::<Matched>()? {
        Some(matched) => matched,
        None => {
            let (mut verdicts, mut rejects) = (Vec::new(), Vec::new());
            let file = desk.media().read(&asked.file)?;
            let hear = &mut |row| rejects.push(row);
            let (matched, people) = super::identified(run.room(), run.caller(), file, Encoding::Auto, &mut verdicts, hear)?;
            let super::Matched { matched, review, unmatched, unreadable } = matched;
            let matched = Matched { matched, review, unmatched, unreadable };
            let rejects = rejects_csv(&rejects, &asked.file, true)?;
            run.aside_blocking(|tx, portion| {
                portion.append(tx, VERDICTS, &verdicts, &people)?;
                portion.append_of_nobody(tx, REJECTS, &rejects)?;
                portion.checkpoint(&matched).map_err(RegistryError::from)
            })?;
            matched
        }
    };
    desk.media().keep(run, VERDICTS, &asked.out)?;
    desk.media().keep_rejects(run, &asked.file)?;
    Ok(matched)
}
