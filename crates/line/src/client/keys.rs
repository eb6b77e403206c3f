//! Public keys of other parties, fetched from themselves and kept for five minutes.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};

use super::{Client, WireError};
use protocol::messages::{Keys, keys::KEYS};
use vocabulary::Party;

pub(super) struct Known {
    keys: Keys,
    since: Timestamp,
}

const KEPT: SignedDuration = SignedDuration::from_mins(5);

impl Client {
    /// What to seal to and verify with, as the party itself says over its certificate.
    pub async fn keys(&self, of: &Party) -> Result<Keys, WireError> {
        let now = self.inner.clock.now();
        {
            let known = self.inner.keys.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = known.get(of).filter(|known| now.duration_since(known.since).abs() < KEPT) {
                return Ok(known.keys.clone());
            }
        }
        let keys: Keys = self.get(of, KEYS).await?;
        let known = Known { keys: keys.clone(), since: now };
        self.inner.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(of.clone(), known);
        Ok(keys)
    }

    /// Forgets the keys of a party, when something signed or sealed with newer ones arrives.
    pub fn forget_keys(&self, of: &Party) {
        self.inner.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(of);
    }
}
