//! Sessions read within the last second. A page is several requests, and a register many a second: they need not all read the same row.
//!
//! What this program changes is forgotten at once. What another program changes holds a second later at most (C-III-3-R2b-ATN-4).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::Session;

/// How long a session may be believed, in milliseconds.
const BELIEVED: i64 = 1_000;
/// More sessions than a city has; beyond it the memory starts afresh.
const MOST: usize = 10_000;

/// Shared by all clones of [`crate::Accounts`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// How often everything was forgotten: what was read before that is not kept after it.
    forgotten: u64,
    sessions: HashMap<[u8; 32], (i64, [u8; 32], Session)>,
}

impl Recent {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of a token on its terminal, if it was read within the last second.
    pub(super) fn get(&self, token: &[u8; 32], terminal: &[u8; 32], now: i64) -> Option<Session> {
        let kept = self.kept();
        let (read_at, of, session) = kept.sessions.get(token)?;
        let fresh = (0..BELIEVED).contains(&now.saturating_sub(*read_at)) && of == terminal && now < session.expires_at().as_millisecond();
        fresh.then(|| session.clone())
    }

    /// To be asked before reading, and handed to [`Recent::put`] after it.
    pub(super) fn before(&self) -> u64 {
        self.kept().forgotten
    }

    pub(super) fn put(&self, before: u64, terminal: [u8; 32], session: &Session, now: i64) {
        let mut kept = self.kept();
        if kept.forgotten != before {
            return;
        }
        if kept.sessions.len() >= MOST {
            kept.sessions.clear();
        }
        kept.sessions.insert(*session.token_hash(), (now, terminal, session.clone()));
    }

    pub(crate) fn forget(&self) {
        let mut kept = self.kept();
        kept.forgotten = kept.forgotten.wrapping_add(1);
        kept.sessions.clear();
    }
}
