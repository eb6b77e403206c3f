//! `POST` import-residents: the console names a file of the managed media.

use std::io::Write as _;

use axum::extract::State;
use wire::messages::registry::{ImportResidents, ImportedResidents};
use wire::{Asked, Json, Problem};

use super::{Rejects, import};
use crate::files::encoding::{Encoding, UnknownEncoding};
use crate::{Registry, RegistryError};

/// Takes the file in; refused rows are in a file beside it, `<file>.rejects.csv`.
pub(super) async fn take(
    State(registry): State<Registry>,
    Asked(caller): Asked,
    Json(job): Json<ImportResidents>,
) -> Result<Json<ImportedResidents>, Problem> {
    let encoding = match &job.encoding {
        None => Encoding::Auto,
        Some(name) => name.parse().map_err(|error: UnknownEncoding| RegistryError::Asked(error.to_string()))?,
    };
    let file = registry.media.read(&job.file).map_err(RegistryError::from)?;
    let imported = crate::work(move || {
        let mut rejects = Rejects::to(Vec::new());
        let imported = import(&registry.room, &caller, file, &job.file, encoding, &mut |event| rejects.hear(&event))?;
        let text = rejects.into_text()?;
        if !text.is_empty() {
            registry.media.create(&format!("{}.rejects.csv", job.file))?.write_all(&text)?;
        }
        Ok::<_, RegistryError>(imported)
    })
    .await?;
    Ok(Json(ImportedResidents {
        already_imported: imported.already_imported,
        read: imported.read,
        added: imported.added,
        changed: imported.changed,
        unchanged: imported.unchanged,
        rejected: imported.rejected,
    }))
}
