//! `POST` import-residents: the console names a file of the managed media.

use axum::extract::State;
use protocol::messages::registry::{FirstImported, ImportResidents, ImportedResidents};
use wire::{Asked, Json, Problem};

use super::{Event, import};
use crate::files::Rejects;
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
    let (imported, unknown_columns) = crate::work(move || {
        let (mut rejects, mut unknown) = (Rejects::to(Vec::new(), &job.file), Vec::new());
        let imported = import(&registry.room, &caller, file, &job.file, encoding, &mut |event| match event {
            Event::Rejected(rejected) => rejects.add(&rejected),
            Event::UnknownHeading(heading) => unknown.push(heading),
            Event::Progress(_) => {}
        })?;
        rejects.keep_beside(&registry.media, &job.file)?;
        Ok::<_, RegistryError>((imported, unknown))
    })
    .await?;
    Ok(Json(ImportedResidents {
        already_imported: imported.already_imported,
        read: imported.read,
        added: imported.added,
        changed: imported.changed,
        unchanged: imported.unchanged,
        rejected: imported.rejected,
        unknown_columns,
        first: imported.first.map(|first| FirstImported { added: first.added, changed: first.changed, unchanged: first.unchanged }),
    }))
}
