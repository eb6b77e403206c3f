//! `POST` match: the console names a file of the managed media and the one to be written.

use axum::extract::State;
use protocol::messages::registry::{Match, Matched};
use wire::{Asked, Json, Problem};

use super::identify;
use crate::files::Rejects;
use crate::files::encoding::Encoding;
use crate::{Registry, RegistryError};

/// Writes a verdict for every record of the file; rows that cannot be read are told in a file beside it, `<file>.rejects.csv`.
pub(super) async fn take(State(registry): State<Registry>, Asked(caller): Asked, Json(job): Json<Match>) -> Result<Json<Matched>, Problem> {
    if job.file == job.out {
        return Err(RegistryError::Asked("name another file for the verdicts than the one they are about".to_owned()).into());
    }
    let file = registry.media.read(&job.file).map_err(RegistryError::from)?;
    let matched = crate::work(move || {
        let out = registry.media.create(&job.out)?;
        let mut rejects = Rejects::to(Vec::new(), &job.file);
        let matched = identify(&registry.room, &caller, file, Encoding::Auto, out, &mut |rejected| rejects.add(&rejected))?;
        rejects.keep_beside(&registry.media, &job.file)?;
        Ok::<_, RegistryError>(matched)
    })
    .await?;
    let super::Matched { matched, review, unmatched, unreadable } = matched;
    Ok(Json(Matched { matched, review, unmatched, unreadable }))
}
