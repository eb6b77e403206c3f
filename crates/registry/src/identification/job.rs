//! The job match: the console names a file of the managed media and the one to be written, the command line one of its own.

use protocol::messages::registry::{Match, Matched};
use work::jobs::JobRun;

use super::matching::judge_file;
use crate::files::encoding::Encoding;
use crate::{Desk, RegistryError};

/// The job's file of verdicts.
pub const VERDICTS: &str = "verdicts.csv";

/// Writes a verdict for every record of the file; rows that cannot be read are told in the job's `rejects.csv`. Where the file is one of the managed
/// media, both are put there too: the verdicts under the name that was asked for, if one was.
pub(super) fn identify(desk: &Desk, run: &JobRun, asked: Match) -> Result<Matched, RegistryError> {
    if asked.out.as_ref() == Some(&asked.file) {
        return Err(RegistryError::asked(
            "書き出すファイルには、読み取るファイルと別の名前を付けてください",
            "name another file for the verdicts than the one they are about",
        ));
    }
    run.work_under_any_rules();
    if let Some(out) = &asked.out {
        desk.media().may_write(run.room(), out)?;
    }
    let matched =
        judge_file(run, desk.media().read_for_job(run.room(), &asked.file)?, &asked.file, Encoding::Auto.into(), &mut |_, _| Ok(()))?;
    if let Some(out) = &asked.out {
        desk.media().keep(run, VERDICTS, out)?;
    }
    desk.media().keep_rejects(run, &asked.file)?;
    Ok(matched)
}
