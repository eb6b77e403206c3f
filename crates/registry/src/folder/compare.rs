//! What would change, and for how many people, if what waits held.

use access::Caller;
use catalogue::{Catalogue, Change, changes};
use serde::Serialize;
use vocabulary::FiscalYear;

use super::hold::{FolderInUse, State, Waiting};
use crate::RegistryError;
use crate::extraction::{Effect, effects};

/// What waits, beside what holds.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// What is named when it is accepted: the version that holds, `-`, and the digest of the folder that was looked at.
    pub digest: String,
    /// Every key that differs.
    pub changes: Vec<Change>,
    /// By programme, who is due today for this fiscal year.
    pub people: Vec<Effect>,
}

impl FolderInUse {
    /// Compares; nothing when nothing waits. Mistakes of the folder are refused with all of them.
    pub fn compare(&self, caller: &Caller) -> Result<Option<Comparison>, RegistryError> {
        self.compare_seen(caller, self.looked(caller)?)
    }

    /// The same for what a look saw.
    pub(super) fn compare_seen(&self, caller: &Caller, state: State) -> Result<Option<Comparison>, RegistryError> {
        let offer = state.offer();
        let (files, digest) = match (state.waiting, offer) {
            (Some(Waiting::Wrong(why)), _) => return Err(RegistryError::Asked(why)),
            (Some(Waiting::Change(files)), Some(offer)) => (files, offer),
            _ => return Ok(None),
        };
        let then = Catalogue::of(&files).map_err(|wrong| RegistryError::Asked(wrong.to_string()))?;
        let today = self.room().clock().today();
        let people = effects(self.room(), caller, (&state.catalogue, &then), FiscalYear::of(today), today)?;
        Ok(Some(Comparison { digest, changes: changes(&state.files, &files), people }))
    }

    /// What names the change that waits, without a comparison; nothing when none can be accepted.
    pub(super) fn offered(&self, caller: &Caller) -> Result<Option<String>, RegistryError> {
        Ok(self.looked(caller)?.offer())
    }
}
