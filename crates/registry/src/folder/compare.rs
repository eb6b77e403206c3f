//! What would change, and for how many people, if what waits held.

use access::Caller;
use catalogue::{Catalogue, Change, changes};
use serde::Serialize;
use vocabulary::FiscalYear;

use super::hold::{FolderInUse, Waiting, hex};
use crate::RegistryError;
use crate::extraction::{Effect, effects};

/// What waits, beside what holds.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// What is named when it is accepted: the digest of the folder that was looked at.
    pub digest: String,
    /// Every key that differs.
    pub changes: Vec<Change>,
    /// By programme, who is due today for this fiscal year.
    pub people: Vec<Effect>,
}

impl FolderInUse {
    /// Compares; nothing when nothing waits. Mistakes of the folder are refused with all of them.
    pub fn compare(&self, caller: &Caller) -> Result<Option<Comparison>, RegistryError> {
        self.look(caller)?;
        let files = match self.waiting() {
            None => return Ok(None),
            Some(Waiting::Wrong(why)) => return Err(RegistryError::Asked(why)),
            Some(Waiting::Change(files)) => files,
        };
        let (now, then) = (self.held().now(), Catalogue::of(&files).map_err(|wrong| RegistryError::Asked(wrong.to_string()))?);
        let today = self.room().clock().today();
        let people = effects(self.room(), caller, (&now, &then), FiscalYear::of(today), today)?;
        Ok(Some(Comparison { digest: hex(&files), changes: changes(&self.files(), &files), people }))
    }
}
