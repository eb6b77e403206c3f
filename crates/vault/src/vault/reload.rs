//! Reading the keys again: after a change of ours, or when a value is met that another process sealed with a newer key.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use vocabulary::Clock;

use super::Vault;
use crate::VaultError;
use crate::keys::ring::Ring;
use crate::keys::rows::{self, Stored};

/// A process that runs for long calls [`Vault::refresh`] this often, so that a key it would not meet by itself is used there too.
pub const REFRESH_EVERY: Duration = Duration::from_mins(15);
/// So long after a new data key was made every process seals with it, one whose refresh came late or failed once too.
pub const SETTLED_AFTER: Duration = Duration::from_mins(30);
/// A key that was not there is not asked for again within this time, whatever is put before the vault.
const PATIENCE_MS: i64 = 1_000;
/// Misses remembered; altered values can name any number.
const MOST_MISSES: usize = 4_096;

/// Refuses what must wait until every process seals with the data key that was made at this time.
pub(super) fn settled(made_at: i64, clock: &dyn Clock) -> Result<(), VaultError> {
    let wait = i64::try_from(SETTLED_AFTER.as_millis()).unwrap_or(i64::MAX);
    let left = wait.saturating_sub(clock.now_ms().saturating_sub(made_at));
    if left > 0 { Err(VaultError::TooSoon { minutes: left.saturating_add(59_999) / 60_000 }) } else { Ok(()) }
}

/// Numbers of keys that were not there, and when they were last looked for.
#[derive(Debug, Default)]
pub(super) struct Misses(BTreeMap<u32, i64>);

impl Vault {
    /// Reads the keys again. Newer ones are used from now on, destroyed ones no more. Other processes do so by themselves when they meet a
    /// newer key; of a destroyed one they learn only by this, so a long-running process calls it every [`REFRESH_EVERY`].
    pub async fn refresh(&self) -> Result<(), VaultError> {
        let stored = self.0.room.read(rows::stored).await.map_err(VaultError::Store)?;
        self.take(&stored).map(|_| ())
    }

    /// [`Vault::refresh`] for a thread that may block.
    pub fn refresh_blocking(&self) -> Result<(), VaultError> {
        let stored = self.0.room.read_blocking(rows::stored).map_err(VaultError::Store)?;
        self.take(&stored).map(|_| ())
    }

    /// In a transaction: whoever holds the places of the room may be waiting for this.
    pub(super) fn refresh_aside_blocking(&self) -> Result<Arc<Ring>, VaultError> {
        let stored = self.0.room.read_aside_blocking(rows::stored).map_err(VaultError::Store)?;
        self.take(&stored)
    }

    fn take(&self, stored: &Stored) -> Result<Arc<Ring>, VaultError> {
        let before = self.ring();
        let ring = Arc::new(Ring::load(&self.0.name, stored, &*self.master(), Some(&before), &*self.0.entropy)?);
        let mut now = self.0.ring.write().unwrap_or_else(PoisonError::into_inner);
        // Who read before a change and comes after it does not put the former keys back.
        if !ring.is_older_than(&now) {
            *now = ring;
        }
        Ok(Arc::clone(&now))
    }

    /// A ring that may have the data key which `seen` has not.
    pub(super) fn ring_with(&self, seen: &Arc<Ring>, id: u32) -> Result<Arc<Ring>, VaultError> {
        if seen.is_destroyed(id) {
            return Err(VaultError::Destroyed(id));
        }
        let mut misses = self.0.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.ring();
        // Somebody else has read them while this one waited.
        if !Arc::ptr_eq(seen, &now) && now.data(id).is_some() {
            return Ok(now);
        }
        let at = self.0.clock.now_ms();
        if misses.0.get(&id).is_some_and(|asked| at.saturating_sub(*asked).abs() < PATIENCE_MS) {
            return Err(VaultError::UnknownKey(id));
        }
        let ring = self.refresh_aside_blocking()?;
        if ring.is_destroyed(id) {
            return Err(VaultError::Destroyed(id));
        }
        if ring.data(id).is_none() {
            if misses.0.len() >= MOST_MISSES {
                misses.0.pop_first();
            }
            misses.0.insert(id, at);
        }
        Ok(ring)
    }
}
