//! Public keys of other parties, fetched from themselves and kept for five minutes.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};

use super::{Client, WireError};
use protocol::Signed;
use protocol::messages::{Keys, keys::KEYS};
use protocol::signed::VerifyingKeys;
use vocabulary::Party;

pub(super) struct KeyCache {
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
        let known = KeyCache { keys: keys.clone(), since: now };
        self.inner.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(of.clone(), known);
        Ok(keys)
    }

    /// What to verify these messages of a party with. Where one names a key that is not known here, the party may have made a new one: its keys
    /// are fetched anew, once.
    pub async fn verifying_keys<'m, T: 'm>(
        &self,
        of: &Party,
        messages: impl IntoIterator<Item = &'m Signed<T>> + Send,
    ) -> Result<VerifyingKeys, WireError> {
        let messages: Vec<&Signed<T>> = messages.into_iter().collect();
        let keys = self.verifying(of).await?;
        if !messages.iter().any(|message| message.names_other_key(&keys)) {
            return Ok(keys);
        }
        self.forget_keys(of);
        self.verifying(of).await
    }

    async fn verifying(&self, of: &Party) -> Result<VerifyingKeys, WireError> {
        self.keys(of).await?.verifying_keys().ok_or_else(|| WireError::Unreadable { party: of.clone() })
    }

    /// Forgets the keys of a party, which may have made new ones.
    pub fn forget_keys(&self, of: &Party) {
        self.inner.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(of);
    }
}
