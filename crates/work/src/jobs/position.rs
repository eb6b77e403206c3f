//! Where a job stands, and what it has written so far: sealed with each portion, so that whoever goes on, or takes a file, is told what there must be.

use std::collections::BTreeMap;

use protocol::Digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vault::Vault;
use vocabulary::Id128;
use wire::{Damaged, Defect};

use super::JobError;
use super::aside::ASIDE;
use super::table::cell;

/// What lies sealed in `job.checkpoint`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct JobPosition {
    /// Where the next portion begins; none when no portion has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<serde_json::Value>,
    /// The digest of the rules under which its portions were done, where there are some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rules: Option<Digest>,
    #[serde(default, skip_serializing_if = "Files::is_empty")]
    pub(super) files: Files,
    /// Whether it has shown what the rest would bring.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) has_shown: bool,
}

impl JobPosition {
    /// Of a job that begins anew, and has written these.
    pub(super) fn anew(files: Files) -> Self {
        Self { files, ..Self::default() }
    }

    /// Opens it; a job without one has done no portion yet.
    pub(super) fn open(vault: &Vault, id: Id128, sealed: Option<&[u8]>) -> Result<Self, JobError> {
        let Some(sealed) = sealed else { return Ok(Self::default()) };
        let plain = vault.open_cell(&cell(&id, "checkpoint"), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| Damaged("where a job stands").into())
    }

    pub(super) fn seal(&self, vault: &Vault, id: Id128) -> Result<Vec<u8>, JobError> {
        let plain = serde_json::to_vec(self).map_err(|_| Defect("a job that cannot be written"))?;
        Ok(vault.seal(&cell(&id, "checkpoint"), &plain)?)
    }

    /// Whether it goes on from somewhere, and not from its beginning.
    pub(super) fn is_begun(&self) -> bool {
        self.cursor.is_some()
    }

    pub(super) fn cursor<T: DeserializeOwned>(&self) -> Result<Option<T>, JobError> {
        let read = |cursor| serde_json::from_value(cursor).map_err(|_| Damaged("the cursor of a job").into());
        self.cursor.clone().map(read).transpose()
    }

    pub(super) fn point(&mut self, cursor: &impl Serialize) -> Result<(), JobError> {
        self.cursor = Some(serde_json::to_value(cursor).map_err(|_| Defect("a job that cannot be written"))?);
        Ok(())
    }
}

/// The files of a job by name, each as it must be.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Files(pub(super) BTreeMap<String, Extent>);

/// What there is of one file.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Extent {
    /// Made when the file was begun.
    pub(super) writing: Id128,
    pub(super) bytes: u64,
    pub(super) parts: i32,
    /// Rows of `job_file_people`.
    pub(super) portions: i32,
    /// Chained over the parts in their order.
    pub(super) content: Digest,
    /// Chained over the rows of people in theirs.
    pub(super) people: Digest,
    /// When it is forgotten, in milliseconds since 1970.
    pub(super) until: i64,
}

impl Files {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that are not forgotten yet, for whoever may take them.
    pub(super) fn at(&self, now: i64) -> impl Iterator<Item = (&String, &Extent)> {
        self.0.iter().filter(move |(name, extent)| extent.until > now && *name != ASIDE)
    }
}

impl Extent {
    pub(super) fn begun(writing: Id128) -> Self {
        Self { writing, bytes: 0, parts: 0, portions: 0, content: UNCHAINED, people: UNCHAINED, until: 0 }
    }
}

/// The digest of a chain without a link.
pub(super) const UNCHAINED: Digest = Digest([0; 32]);

/// The digest of a chain with one link more.
pub(super) fn chained(before: &Digest, link: &[u8]) -> Digest {
    Digest::of(&[before.0.as_slice(), link].concat())
}
