//! Effects that happen once: the key, a keyed digest of the request and the sealed response are kept in the transaction of the effect.
//!
//! A handler takes [`Once`] and runs its effect through it inside its transaction:
//! `room.change(&caller, act, move |tx, _| Ok(Seen::people(batch.people(), once.run(tx, clock, |tx| mint(tx, &batch))?)))`.
//! The same request again — a retry, a duplicate on the line, a resend after a crash — gets the stored response; the same key with another
//! request is refused with 422.

mod key;

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{StoreError, Tx};
use vault::{Cell, Vault, VaultError};
use vocabulary::Clock;
use zeroize::Zeroizing;

pub use self::key::Once;
pub(crate) use self::key::missing;
use crate::problem::Problem;

diesel::table! {
    idempotency (caller, request_key) {
        caller -> Text,
        request_key -> Text,
        digest -> Binary,
        response -> Binary,
        stored_at -> BigInt,
    }
}

/// How long a response is kept: longer than any sender goes on trying.
const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Why a request could not be done once.
#[derive(Debug, thiserror::Error)]
pub enum OnceError {
    /// The key was used for another request.
    #[error("this Idempotency-Key was used for another request: a new request needs a new key")]
    OtherRequest,
    /// The response cannot be written.
    #[error("the response cannot be written")]
    Unwritable,
    /// The stored response cannot be read.
    #[error("the stored response is damaged")]
    Damaged,
    /// The service has no room that could keep what was answered.
    #[error("there is no room to keep the response in")]
    NoRoom,
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The room failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OnceError {
    /// What of it is no shared cause.
    pub(crate) fn answer(self) -> Problem {
        match self {
            Self::OtherRequest => Problem::unprocessable("idempotency-key-reused", self.to_string()),
            Self::Store(error) => Problem::of_store(&error),
            Self::Unwritable | Self::Damaged | Self::NoRoom | Self::Vault(_) => Problem::internal(&self),
        }
    }
}

impl Once {
    /// Runs the effect unless it was run before, and gives the response of the time it was. Belongs into the transaction of the effect.
    pub fn run<T, E>(&self, tx: &mut Tx, clock: &dyn Clock, effect: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: From<OnceError>,
    {
        let vault = self.vault().ok_or(OnceError::NoRoom)?;
        if let Some(response) = self.stored(tx, vault)? {
            return serde_json::from_slice(&response).map_err(|_| OnceError::Damaged.into());
        }
        let answer = effect(tx)?;
        let response = Zeroizing::new(serde_json::to_vec(&answer).map_err(|_| OnceError::Unwritable)?);
        let sealed = vault.seal(&Cell::new("idempotency", &self.row(), "response"), &response).map_err(OnceError::from)?;
        diesel::insert_into(idempotency::table)
            .values((
                idempotency::caller.eq(self.caller()),
                idempotency::request_key.eq(self.key()),
                idempotency::digest.eq(self.mark(vault).to_vec()),
                idempotency::response.eq(sealed),
                idempotency::stored_at.eq(clock.now_ms()),
            ))
            .execute(tx)
            .map_err(|error| OnceError::from(StoreError::from(error)))?;
        Ok(answer)
    }

    fn stored(&self, tx: &mut Tx, vault: &Vault) -> Result<Option<Zeroizing<Vec<u8>>>, OnceError> {
        let stored: Option<(Vec<u8>, Vec<u8>)> = idempotency::table
            .find((self.caller(), self.key()))
            .select((idempotency::digest, idempotency::response))
            .first(tx)
            .optional()
            .map_err(StoreError::from)?;
        match stored {
            Some((digest, _)) if digest != self.mark(vault) => Err(OnceError::OtherRequest),
            Some((_, sealed)) => Ok(Some(vault.open_cell(&Cell::new("idempotency", &self.row(), "response"), &sealed)?)),
            None => Ok(None),
        }
    }
}

impl Once {
    /// The row's name in the seal.
    fn row(&self) -> String {
        format!("{}\n{}", self.caller(), self.key())
    }
}

/// Forgets responses older than seven days; returns how many.
pub fn forget_old(tx: &mut Tx, clock: &dyn Clock) -> Result<usize, StoreError> {
    Ok(diesel::delete(idempotency::table.filter(idempotency::stored_at.lt(clock.now_ms() - KEPT_MS))).execute(tx)?)
}
