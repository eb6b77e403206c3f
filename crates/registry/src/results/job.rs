//! The job import-results: the console names a file of the managed media, the command line one of its own.

use protocol::messages::registry::{ImportResults, ImportedResults};
use work::jobs::JobRun;

use super::import::{Brought, go_on, take_in};
use super::preview;
use crate::files::encoding::Encoding;
use crate::{Desk, RegistryError};

/// Takes the file in, or shows first what it would bring; refused rows are in the job's file `rejects.csv`, and beside the file as `<file>.rejects.csv`.
pub(super) fn import(desk: &Desk, run: &JobRun, asked: ImportResults) -> Result<ImportedResults, RegistryError> {
    let catalogue = desk.catalogue();
    let brought = Brought { record_type: asked.record_type, name: &asked.file, encoding: Encoding::Auto };
    let imported = match go_on(run, &catalogue, &brought)? {
        Some(imported) => imported,
        None if asked.preview => {
            let shown = preview::read(run, &catalogue, &brought, desk.media().read_for_job(run.room(), &asked.file)?)?;
            desk.media().keep_rejects(run, &asked.file)?;
            preview::show(run, &shown)?;
            return Ok(shown.0);
        }
        None => take_in(run, &catalogue, &brought, desk.media().read_for_job(run.room(), &asked.file)?, &mut |_| {})?,
    };
    desk.media().keep_rejects(run, &asked.file)?;
    Ok(imported)
}
