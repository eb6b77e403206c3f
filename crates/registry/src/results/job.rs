//! The job import-results: the console names a file of the managed media, the command line one of its own.

use protocol::messages::registry::{ImportResults, ImportedResults};
use work::jobs::JobRun;

use super::import::{Brought, take_in};
use crate::files::encoding::Encoding;
use crate::{Desk, RegistryError};

/// Takes the file in; refused rows are in the job's file `rejects.csv`, and beside the file as `<file>.rejects.csv`.
pub(super) fn import(desk: &Desk, run: &JobRun, asked: ImportResults) -> Result<ImportedResults, RegistryError> {
    let catalogue = desk.catalogue();
    let input = desk.media().read(&asked.file)?;
    let brought = Brought { record_type: asked.record_type, name: &asked.file, encoding: Encoding::Auto };
    let imported = take_in(run, &catalogue, &brought, input, &mut |_| {})?;
    desk.media().keep_rejects(run, &asked.file)?;
    Ok(imported)
}
