//! Changing keys: one transaction, alone in the room, by a process that holds the present municipality key.

use std::sync::Arc;

use store::{StoreError, Tx};

use super::{Inner, Vault};
use crate::VaultError;
use crate::keys::ring::Ring;
use crate::keys::rows::{self, KeyRow};
use crate::keys::{KeyKind, is_name};
use crate::master::MasterKey;
use seal::{Secret, wrap};

/// Another process may change the municipality key between our reading and our writing; so often in a row it does not.
const TRIES: usize = 8;

/// What a change works with.
pub(super) struct Bench<'a> {
    pub(super) vault: &'a Inner,
    pub(super) ring: &'a Ring,
    pub(super) master: &'a dyn MasterKey,
}

impl Vault {
    /// Runs `act` in one transaction and reads the keys again.
    pub(super) async fn change<T, F>(&self, act: F) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: Fn(&Bench<'_>, &mut Tx) -> Result<T, VaultError> + Send + Sync + 'static,
    {
        let act = Arc::new(act);
        for _ in 0..TRIES {
            let (vault, act) = (self.clone(), act.clone());
            let done = self.0.room.write(move |tx| vault.attempt(&*act, tx)).await?;
            self.refresh().await?;
            if let Some(done) = done {
                return Ok(done);
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// [`Vault::change`] for a thread that may block.
    pub(super) fn change_blocking<T>(&self, act: impl Fn(&Bench<'_>, &mut Tx) -> Result<T, VaultError>) -> Result<T, VaultError> {
        for _ in 0..TRIES {
            let done = self.0.room.write_blocking(|tx| self.attempt(&act, tx))?;
            self.refresh_blocking()?;
            if let Some(done) = done {
                return Ok(done);
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// `None` when the municipality key in memory is no longer the one in the table: nothing may be wrapped by it then.
    fn attempt<T>(&self, act: &impl Fn(&Bench<'_>, &mut Tx) -> Result<T, VaultError>, tx: &mut Tx) -> Result<Option<T>, VaultError> {
        let ring = self.ring();
        let held = ring.municipality.as_ref().map(|(id, _)| *id);
        match rows::municipality(tx)? {
            None => Err(VaultError::RoomDestroyed(self.0.name.clone())),
            there if there != held => Ok(None),
            Some(_) => act(&Bench { vault: &self.0, ring: &ring, master: &*self.master() }, tx).map(Some),
        }
    }

    /// Makes the first key of this kind and name, unless somebody has.
    pub(super) async fn make(&self, kind: KeyKind, name: &str) -> Result<(), VaultError> {
        let name = checked(name)?;
        self.change(move |bench, tx| bench.make(tx, kind, &name)).await
    }

    /// [`Vault::make`] for a thread that may block.
    pub(super) fn make_blocking(&self, kind: KeyKind, name: &str) -> Result<(), VaultError> {
        let name = checked(name)?;
        self.change_blocking(|bench, tx| bench.make(tx, kind, &name))
    }
}

pub(super) fn checked(name: &str) -> Result<String, VaultError> {
    is_name(name).then(|| name.to_owned()).ok_or(VaultError::BadName)
}

impl Bench<'_> {
    fn make(&self, tx: &mut Tx, kind: KeyKind, name: &str) -> Result<(), VaultError> {
        match rows::newest(tx, kind, name)? {
            Some(_) => Ok(()),
            None => self.add(tx, kind, name).map(|_| ()),
        }
    }

    /// Adds a version of a key under the municipality key.
    pub(super) fn add(&self, tx: &mut Tx, kind: KeyKind, name: &str) -> Result<KeyRow, VaultError> {
        let mut row = self.next(tx, kind, name)?;
        self.wrap(&mut row, &Secret::random(&*self.vault.entropy))?;
        rows::insert(tx, std::slice::from_ref(&row))?;
        Ok(row)
    }

    /// The row of the next version, under the municipality key that is held, without its wrapped key.
    pub(super) fn next(&self, tx: &mut Tx, kind: KeyKind, name: &str) -> Result<KeyRow, VaultError> {
        Ok(KeyRow {
            id: rows::next_id(tx)?,
            kind: kind.as_str().into(),
            name: name.into(),
            version: rows::next_version(tx, kind, name)?,
            parent: self.ring.municipality.as_ref().map(|(id, _)| *id),
            wrapped: Vec::new(),
            created_at: self.vault.clock.now_ms(),
        })
    }

    fn wrap(&self, row: &mut KeyRow, secret: &Secret) -> Result<(), VaultError> {
        let (_, by) = self.ring.municipality.as_ref().ok_or_else(|| VaultError::RoomDestroyed(self.vault.name.clone()))?;
        self.wrap_by(by, row, secret)
    }

    pub(super) fn wrap_by(&self, by: &Secret, row: &mut KeyRow, secret: &Secret) -> Result<(), VaultError> {
        row.wrapped = wrap::wrap(by, secret, row.binding(&self.vault.name).bytes(), &*self.vault.entropy).ok_or(VaultError::TooLong)?;
        Ok(())
    }

    /// Wraps a municipality key by the master key.
    pub(super) fn wrap_municipality(&self, by: &dyn MasterKey, row: &mut KeyRow, secret: &Secret) -> Result<(), VaultError> {
        let wrapped = by.wrap(secret, row.binding(&self.vault.name).bytes());
        row.wrapped = wrapped.map_err(|error| VaultError::Master { room: self.vault.name.clone(), error })?;
        Ok(())
    }
}
