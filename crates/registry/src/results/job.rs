//! `POST` import-results: the console names a file of the managed media.

use axum::extract::State;
use protocol::messages::registry::{ImportResults, ImportedResults};
use wire::{Asked, Json, Problem};

use super::{Event, import};
use crate::files::Rejects;
use crate::files::encoding::Encoding;
use crate::{Registry, RegistryError};

/// Takes the file in; refused rows are in a file beside it, `<file>.rejects.csv`.
pub(super) async fn take(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(job): Json<ImportResults>,
) -> Result<Json<ImportedResults>, Problem> {
    let file = registry.media.read(&job.file).map_err(RegistryError::from)?;
    let imported = crate::work(move || {
        let mut rejects = Rejects::to(Vec::new(), &job.file);
        let mut hear = |event| {
            if let Event::Rejected(rejected) = event {
                rejects.add(&rejected);
            }
        };
        let (room, catalogue) = (&registry.room, &registry.catalogue);
        let record_type = job.record_type;
        let imported = import(room, &caller, catalogue, record_type, file, &job.file, Encoding::Auto, &mut hear)?;
        rejects.keep_beside(&registry.media, &job.file)?;
        Ok::<_, RegistryError>(imported)
    })
    .await?;
    Ok(Json(ImportedResults {
        read: imported.read,
        added: imported.added,
        corrected: imported.corrected,
        unchanged: imported.unchanged,
        rejected: imported.rejected,
    }))
}
