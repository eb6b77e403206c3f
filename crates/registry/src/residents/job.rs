//! The job import-residents: the console names a file of the managed media, the command line one of its own.

use protocol::messages::registry::{FirstImported, ImportResidents, ImportedResidents};
use work::jobs::JobRun;

use super::import::{Taken, go_on, take_in};
use crate::files::encoding::Encoding;
use crate::{Desk, RegistryError};

/// Takes the file in; refused rows are in the job's file `rejects.csv`, and beside the file as `<file>.rejects.csv`.
pub(super) fn import(desk: &Desk, run: &JobRun, asked: ImportResidents) -> Result<ImportedResidents, RegistryError> {
    // What has been read is taken in to its end, whatever holds then.
    run.work_under_any_rules();
    let taken = match go_on(run)? {
        Some(taken) => taken,
        None => {
            let encoding = match &asked.encoding {
                None => Encoding::Auto,
                Some(name) => name.parse::<Encoding>()?,
            };
            take_in(run, desk.media().read(&asked.file)?, &asked.file, desk.options(encoding), &mut |_| {})?
        }
    };
    desk.media().keep_rejects(run, &asked.file)?;
    let Taken { imported, unknown } = taken;
    Ok(ImportedResidents {
        already_imported: imported.already_imported,
        read: imported.read,
        added: imported.added,
        changed: imported.changed,
        unchanged: imported.unchanged,
        rejected: imported.rejected,
        unknown_columns: unknown,
        first: imported.first.map(|first| FirstImported { added: first.added, changed: first.changed, unchanged: first.unchanged }),
    })
}
