//! The vault of a room: opened once, then used without a word to the database.

mod change;
mod open;
mod reload;
mod reseal;
mod rotate;
mod shred;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use store::Room;
use vocabulary::{Clock, Entropy, Timestamp};
use zeroize::Zeroizing;

pub use self::reload::{REFRESH_EVERY, SETTLED_AFTER};
pub use self::reseal::{Batch, Resealed};
pub use self::shred::Shred;
use crate::cell::{self, Nonces, SEALING_ADDS};
use crate::keys::ring::Ring;
use crate::keys::{Certificate, KeyInfo, KeyKind, rows};
use crate::master::MasterKey;
use crate::{Cell, INDEX_LENGTH, STAMP_LENGTH, VaultError};
use seal::hpke::{Receiver, Suite, Thumbprint};
use seal::{Signer, VerifyingKey};

/// A room's keys and what is done with them. Cloning is cheap; all clones, in all threads, share the keys.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    room: Room,
    /// As the room is called; part of every binding.
    name: String,
    master: RwLock<Arc<dyn MasterKey>>,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
    nonces: Nonces,
    ring: RwLock<Arc<Ring>>,
    /// Held while the keys are read again, so that many who miss one key ask once.
    reloading: Mutex<reload::Misses>,
}

impl Vault {
    fn ring(&self) -> Arc<Ring> {
        self.0.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn master(&self) -> Arc<dyn MasterKey> {
        self.0.master.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Seals a value for one cell. The result is [`SEALING_ADDS`] bytes longer.
    pub fn seal(&self, cell: &Cell<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut sealed = Vec::with_capacity(plain.len() + SEALING_ADDS);
        self.seal_into(cell, plain, &mut sealed)?;
        Ok(sealed)
    }

    /// Seals a value and appends it to `out`, which stays as it was when that fails: for bulk loads that reuse their buffer.
    pub fn seal_into(&self, cell: &Cell<'_>, plain: &[u8], out: &mut Vec<u8>) -> Result<(), VaultError> {
        self.ring().sealing(&self.0.name)?.seal(&self.0.name, cell, self.0.nonces.next(), plain, out)
    }

    /// Opens the value of a cell. Fails when it was altered, or sealed for another row, column, table or room.
    pub fn open_cell(&self, cell: &Cell<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let id = cell::key_of(sealed).ok_or(VaultError::NotSealed)?;
        let ring = self.ring();
        match ring.data(id) {
            Some(key) => key.open(&self.0.name, cell, sealed),
            None => self.ring_with(&ring, id)?.data(id).ok_or(VaultError::UnknownKey(id))?.open(&self.0.name, cell, sealed),
        }
    }

    /// Seals a cell's value anew under the newest data key; `None` when it already is under that.
    pub fn renew(&self, cell: &Cell<'_>, sealed: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
        if cell::key_of(sealed) == Some(self.ring().sealing(&self.0.name)?.id()) {
            return Ok(None);
        }
        self.seal(cell, &self.open_cell(cell, sealed)?).map(Some)
    }

    /// A value as it can be looked up: equal values of one index are equal, and nothing else can be told from it without the room's key.
    /// In a room whose keys were destroyed it finds nothing.
    pub fn blind(&self, index: &str, value: &[u8]) -> [u8; INDEX_LENGTH] {
        self.ring().index.blind(index, value)
    }

    /// A value's identifier for the record of use: stable, and without meaning once the room's token key is destroyed.
    pub fn token(&self, purpose: &str, value: &[u8]) -> [u8; INDEX_LENGTH] {
        self.ring().token.blind(purpose, value)
    }

    /// The stamp of a row that only this room's programs write: a MAC over what it says, and `of` says what kind of row it is. It stays the same
    /// for as long as the room lives.
    pub fn stamp(&self, of: &str, value: &[u8]) -> [u8; STAMP_LENGTH] {
        self.ring().stamp.stamp(of, value)
    }

    /// Whether that is the stamp of such a row. None is in a room whose stamp key is gone.
    pub fn is_stamp(&self, of: &str, value: &[u8], stamp: &[u8]) -> bool {
        self.ring().stamp.is_stamp(of, value, stamp)
    }

    /// The signing key of this name, made when there is none.
    pub async fn signer(&self, name: &str) -> Result<Signer, VaultError> {
        match self.signers(name).into_iter().next() {
            Some(signer) => Ok(signer),
            None => {
                self.make(KeyKind::Signing, name).await?;
                self.signers(name).into_iter().next().ok_or(VaultError::BadName)
            }
        }
    }

    /// [`Vault::signer`] for a thread that may block.
    pub fn signer_blocking(&self, name: &str) -> Result<Signer, VaultError> {
        match self.signers(name).into_iter().next() {
            Some(signer) => Ok(signer),
            None => {
                self.make_blocking(KeyKind::Signing, name)?;
                self.signers(name).into_iter().next().ok_or(VaultError::BadName)
            }
        }
    }

    /// Every version of a signing key, the newest first: signatures of an earlier one still verify with its verifying key.
    pub fn signers(&self, name: &str) -> Vec<Signer> {
        self.ring().signers(name).into_iter().map(|(signer, _)| signer).collect()
    }

    /// What signatures of this name are verified with, the newest first, each with the time in which a process of this party may have signed
    /// with it: until [`SETTLED_AFTER`] the next one was made, even when that was destroyed since.
    pub fn verifying_keys(&self, name: &str) -> Vec<(VerifyingKey, Timestamp, Timestamp)> {
        let ring = self.ring();
        let settled = |made| Timestamp::from_millisecond(made).ok()?.saturating_add(SETTLED_AFTER).ok();
        let key = |(signer, made): (Signer, i64)| {
            let until = ring.followed(name, signer.version()).and_then(settled).unwrap_or(Timestamp::MAX);
            (signer.verifying_key(), Timestamp::from_millisecond(made).unwrap_or(Timestamp::MIN), until)
        };
        ring.signers(name).into_iter().map(key).collect()
    }

    /// The receiving key of this name for X-Wing with the version to which something was sealed, which another process of this party may have
    /// made a moment ago.
    pub async fn receiver_holding(&self, name: &str, sealed_to: &Thumbprint) -> Result<Receiver, VaultError> {
        let receiver = self.receiver(name).await?;
        if receiver.holds(sealed_to) {
            return Ok(receiver);
        }
        self.refresh().await?;
        self.receiver(name).await
    }

    /// [`Vault::receiver_holding`] for a thread that may block, in a transaction too.
    pub fn receiver_holding_blocking(&self, name: &str, sealed_to: &Thumbprint) -> Result<Receiver, VaultError> {
        let receiver = self.receiver_blocking(name, Suite::XWing)?;
        if receiver.holds(sealed_to) {
            return Ok(receiver);
        }
        self.refresh_aside_blocking()?;
        self.receiver_blocking(name, Suite::XWing)
    }

    /// The receiving key of this name for X-Wing, made when there is none.
    pub async fn receiver(&self, name: &str) -> Result<Receiver, VaultError> {
        self.receiver_of(name, Suite::XWing).await
    }

    /// The receiving key of this name for a suite, made when there is none.
    pub async fn receiver_of(&self, name: &str, suite: Suite) -> Result<Receiver, VaultError> {
        match self.ring().receiver(name, suite) {
            Some(receiver) => Ok(receiver),
            None => {
                self.make(KeyKind::Receiving(suite), name).await?;
                self.ring().receiver(name, suite).ok_or(VaultError::BadName)
            }
        }
    }

    /// [`Vault::receiver_of`] for a thread that may block.
    pub fn receiver_blocking(&self, name: &str, suite: Suite) -> Result<Receiver, VaultError> {
        match self.ring().receiver(name, suite) {
            Some(receiver) => Ok(receiver),
            None => {
                self.make_blocking(KeyKind::Receiving(suite), name)?;
                self.ring().receiver(name, suite).ok_or(VaultError::BadName)
            }
        }
    }

    /// Every key of the room, the oldest first, as the table has it.
    pub async fn keys(&self) -> Result<Vec<KeyInfo>, VaultError> {
        let rows = self.0.room.read(rows::keys).await.map_err(VaultError::Store)?;
        let name = &self.0.name;
        rows.iter().map(|row| row.info().ok_or_else(|| row.altered(name))).collect()
    }

    /// What is left of the keys that were destroyed, in the order of their numbers.
    pub async fn certificates(&self) -> Result<Vec<Certificate>, VaultError> {
        let rows = self.0.room.read(rows::certificates).await.map_err(VaultError::Store)?;
        Ok(rows.iter().filter_map(rows::CertificateRow::read).collect())
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({}, {:?})", self.0.name, self.ring())
    }
}
