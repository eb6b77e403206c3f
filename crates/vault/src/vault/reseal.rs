//! Walking a table so that everything in it is sealed by the newest data key.

use std::sync::{Arc, Mutex, PoisonError};

use store::{StoreError, Tx};

use super::Vault;
use super::reload::settled;
use crate::VaultError;
use crate::keys::KeyKind;

/// What a step of [`Vault::reseal`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The key of the last row of the batch, from which the next one goes on; `None` when this was the last.
    pub next: Option<Vec<u8>>,
    /// Sealed values looked at.
    pub seen: u64,
    /// Values sealed anew.
    pub resealed: u64,
}

/// What [`Vault::reseal`] did in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Sealed values looked at.
    pub seen: u64,
    /// Values sealed anew.
    pub resealed: u64,
}

impl Vault {
    /// Seals a table anew, batch by batch, each in a transaction of its own, so that the room can be used all the while and a run that was
    /// broken off goes on with the next.
    ///
    /// Refused as [`VaultError::TooSoon`] until every process seals with the newest data key ([`SETTLED_AFTER`](crate::SETTLED_AFTER)): a row
    /// written with an earlier one behind the walk would be lost when that key is destroyed.
    ///
    /// The system's `step` reads the rows after the given key (`None` at the start) in the order of their keys, some hundreds of them,
    /// passes every sealed value to [`Vault::renew`] and writes back what comes out. `progress` hears what has been done so far.
    pub async fn reseal<E, F>(&self, step: F, progress: impl Fn(Resealed)) -> Result<Resealed, E>
    where
        E: From<StoreError> + From<VaultError> + Send + 'static,
        F: FnMut(&Vault, &mut Tx, Option<&[u8]>) -> Result<Batch, E> + Send + 'static,
    {
        self.walkable().await?;
        // The closure of a transaction is moved to another thread and not handed back.
        let step = Arc::new(Mutex::new(step));
        let mut done = Resealed::default();
        let mut after: Option<Vec<u8>> = None;
        loop {
            let (vault, step) = (self.clone(), step.clone());
            let batch = self
                .0
                .room
                .write(move |tx| {
                    let mut step = step.lock().unwrap_or_else(PoisonError::into_inner);
                    (*step)(&vault, tx, after.as_deref())
                })
                .await?;
            done.seen += batch.seen;
            done.resealed += batch.resealed;
            progress(done);
            match batch.next {
                Some(next) => after = Some(next),
                None => return Ok(done),
            }
        }
    }

    async fn walkable(&self) -> Result<(), VaultError> {
        let keys = self.keys().await?;
        let mut data = keys.iter().rev().filter(|key| key.kind == KeyKind::Data);
        match (data.next(), data.next()) {
            (Some(newest), Some(_)) => settled(newest.created.as_millisecond(), &*self.0.clock),
            // One key alone: whoever seals, seals with it.
            _ => Ok(()),
        }
    }
}
