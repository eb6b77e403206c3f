//! Sessions that were known lately, by the digest of what names them: whose requests they are is known before anything is read.

use std::collections::HashMap;
use std::mem;
use std::sync::{Mutex, PoisonError};

use access::CallerKind;
use protocol::Digest;

/// Sessions of one generation: more than a city has members of staff.
const MOST: usize = 8_192;

/// Whose a session is.
pub(super) type Owner = (CallerKind, String);

/// Two generations: while the younger one fills, those of the elder that are asked for move to it, and the others are forgotten with it.
#[derive(Default)]
pub(super) struct KnownLately(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    younger: HashMap<[u8; 32], Owner>,
    elder: HashMap<[u8; 32], Owner>,
}

impl KnownLately {
    pub(super) fn owner(&self, session: &Digest) -> Option<Owner> {
        self.with(|known| {
            if let Some(owner) = known.elder.remove(&session.0) {
                known.put(session, owner);
            }
            known.younger.get(&session.0).cloned()
        })
    }

    pub(super) fn remember(&self, session: &Digest, owner: Owner) {
        self.with(|known| known.put(session, owner));
    }

    pub(super) fn forget(&self, session: &Digest) {
        self.with(|known| {
            known.younger.remove(&session.0);
            known.elder.remove(&session.0);
        });
    }

    fn with<R>(&self, act: impl FnOnce(&mut Generations) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Generations {
    fn put(&mut self, session: &Digest, owner: Owner) {
        if self.younger.len() >= MOST {
            self.elder = mem::take(&mut self.younger);
        }
        self.younger.insert(session.0, owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(number: usize) -> Digest {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&number.to_be_bytes());
        Digest(digest)
    }

    #[test]
    fn whoever_asks_goes_on_being_known_and_the_others_are_forgotten() {
        let (known, officer) = (KnownLately::default(), (CallerKind::Staff, "s1001".to_owned()));
        known.remember(&session(0), officer.clone());
        for number in 1..5 * MOST {
            known.remember(&session(number), (CallerKind::Resident, number.to_string()));
            assert!(number % 1_000 != 0 || known.owner(&session(0)).as_ref() == Some(&officer));
        }
        assert_eq!(known.owner(&session(1)), None);
        assert!(known.with(|known| known.younger.len() + known.elder.len()) <= 2 * MOST);
        known.forget(&session(0));
        assert_eq!(known.owner(&session(0)), None);
    }
}
