//! The lists of people under the entries: each is the one that its entry fixed, or was erased by an act that is in the record.

use std::collections::HashMap;

use store::Tx;

use super::{Finding, Problem};
use crate::LedgerError;
use crate::entry::{Entry, Subjects};
use crate::erase;
use crate::note::VerifierKey;
use crate::people::{ListState, Lists};

/// The lists that entries name, by digest.
#[derive(Debug)]
pub(super) struct Named<'s> {
    keys: &'s [VerifierKey],
    lists: HashMap<[u8; 32], Acts>,
}

/// The acts on one list.
#[derive(Debug, Default)]
struct Acts {
    /// Where it is named since it was last erased, and how many people the entry says are on it.
    since: Vec<(u64, u64)>,
    /// Where it is named before that.
    before: Vec<(u64, u64)>,
}

impl<'s> Named<'s> {
    pub(super) fn new(keys: &'s [VerifierKey]) -> Self {
        Self { keys, lists: HashMap::new() }
    }

    /// Notes whom the next entry names; what is wrong with it, if it is an erasure that nobody signed.
    pub(super) fn take(&mut self, position: u64, entry: &Entry<'_>) -> Option<Finding> {
        let Subjects::Many(count, digest) = entry.subjects else { return None };
        if !erase::is_erasure(entry) {
            self.lists.entry(digest).or_default().since.push((position, count));
            return None;
        }
        if !erase::is_signed(entry, position, self.keys) {
            return Some(Finding::at(Problem::Erasure, position));
        }
        let acts = self.lists.entry(digest).or_default();
        acts.before.append(&mut acts.since);
        None
    }

    /// Compares with the lists that are there.
    pub(super) fn compare(&self, tx: &mut Tx, findings: &mut Vec<Finding>) -> Result<(), LedgerError> {
        if self.lists.is_empty() {
            return Ok(());
        }
        let lists = Lists::read(tx)?;
        for (digest, acts) in &self.lists {
            for (position, count) in &acts.since {
                match lists.standing(*count, digest) {
                    ListState::Holds => {}
                    ListState::Differs => findings.push(Finding::at(Problem::People, *position)),
                    ListState::Gone => findings.push(Finding::at(Problem::PeopleGone, *position)),
                }
            }
            // Written again for a later act, it serves the earlier ones too.
            let changed = acts.before.iter().filter(|(_, count)| lists.standing(*count, digest) == ListState::Differs);
            findings.extend(changed.map(|(position, _)| Finding::at(Problem::People, *position)));
        }
        Ok(())
    }
}
