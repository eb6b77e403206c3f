//! The job import-residents: the console names a file of the managed media, the command line one of its own.

use protocol::messages::registry::{FirstImported, ImportResidents, ImportedResidents, ResidentsConcerned};
use work::jobs::JobRun;

use super::import::{Taken, go_on, take_in};
use super::preview;
use crate::files::encoding::Encoding;
use crate::{Desk, RegistryError};

/// Takes the file in, or shows first what it would bring; refused rows are in the job's file `rejects.csv`, and beside the file as `<file>.rejects.csv`.
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
            let (input, options) = (desk.media().read_for_job(run.room(), &asked.file)?, desk.options(encoding));
            if asked.preview {
                match preview::read(run, input, &asked.file, options, asked.preview_of_all)? {
                    Ok(staged) => {
                        desk.media().keep_rejects(run, &asked.file)?;
                        let told = told(staged.taken.clone(), Some(staged.concerned));
                        preview::show(run, staged, &told)?;
                        return Ok(told);
                    }
                    Err(taken) => taken,
                }
            } else {
                take_in(run, input, &asked.file, options, &mut |_| {})?
            }
        }
    };
    desk.media().keep_rejects(run, &asked.file)?;
    Ok(told(taken, None))
}

fn told(Taken { imported, unknown }: Taken, concerned: Option<ResidentsConcerned>) -> ImportedResidents {
    ImportedResidents {
        already_imported: imported.already_imported,
        read: imported.read,
        added: imported.added,
        changed: imported.changed,
        unchanged: imported.unchanged,
        rejected: imported.rejected,
        unknown_columns: unknown,
        first: imported.first.map(|first| FirstImported { added: first.added, changed: first.changed, unchanged: first.unchanged }),
        concerned,
    }
}
