//! What would change, and for how many people, if what waits held. The people are counted once for a change and a day: that takes the whole city.

use std::sync::PoisonError;

use access::Caller;
use catalogue::{Catalogue, Change, CityFolder, changes};
use serde::Serialize;
use vocabulary::{Date, FiscalYear};

use super::hold::{FolderInUse, State, Waiting, mistaken, reason};
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
    /// When they were counted, in milliseconds since 1970 UTC.
    pub counted_at: i64,
}

/// Who would be due by a change.
#[derive(Debug)]
pub(super) struct Counted {
    /// What names the change, and the day.
    of: (String, Date),
    people: Vec<Effect>,
    at: i64,
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
            (Some(Waiting::Wrong(why)), _) => return Err(mistaken(&why)),
            (Some(Waiting::Change(files)), Some(offer)) => (files, offer),
            _ => return Ok(None),
        };
        let (people, counted_at) = self.counted(caller, &digest, (&state.catalogue, &files))?;
        Ok(Some(Comparison { digest, changes: changes(&state.files, &files), people, counted_at }))
    }

    /// Who would be due by the change of this name, and when that was counted.
    fn counted(&self, caller: &Caller, offer: &str, (now, files): (&Catalogue, &CityFolder)) -> Result<(Vec<Effect>, i64), RegistryError> {
        let clock = self.room().clock();
        let (today, mut counted) = (clock.today(), self.counted.lock().unwrap_or_else(PoisonError::into_inner));
        let is_same = |counted: &&Counted| (counted.of.0.as_str(), counted.of.1) == (offer, today);
        if let Some(counted) = counted.as_ref().filter(is_same) {
            return Ok((counted.people.clone(), counted.at));
        }
        let then = Catalogue::of(files).map_err(|wrong| mistaken(&reason(&wrong)))?;
        let people = effects(self.room(), caller, (now, &then), FiscalYear::of(today), today)?;
        let at = clock.now_ms();
        *counted = Some(Counted { of: (offer.to_owned(), today), people: people.clone(), at });
        Ok((people, at))
    }

    /// What names the change that waits, without a comparison; nothing when none can be accepted.
    pub(super) fn offered(&self, caller: &Caller) -> Result<Option<String>, RegistryError> {
        Ok(self.looked(caller)?.offer())
    }
}
