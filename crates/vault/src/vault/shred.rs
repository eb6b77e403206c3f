//! Destroying keys, and with them whatever they sealed, in every copy that does not have the key.

use store::Tx;

use super::Vault;
use super::change::Bench;
use super::reload::settled;
use crate::VaultError;
use crate::keys::rows::{self, KeyRow};
use crate::keys::{Certificate, KeyKind};

/// What to destroy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shred {
    /// One key, by its number in [`Vault::keys`]. When it is the newest of its kind and name, a new one takes its place at once (the columns
    /// of an index have to be filled anew then). A data key goes only when another has sealed in its place for [`SETTLED_AFTER`](crate::SETTLED_AFTER): until then
    /// some process may seal with it what nobody could open afterwards. The municipality key cannot be had so: `rotate_municipality`
    /// replaces it, [`Shred::Room`] ends it. Nor can the stamp key, which hides nothing.
    Key(u32),
    /// Every key of the room: nothing in it can be opened, found, sealed or signed again.
    Room,
}

impl Vault {
    /// Destroys keys for good: writes over the wrapped keys, takes their rows away, keeps a certificate of each.
    ///
    /// A backup that is older still has the wrapped keys; they die with the last such backup, or with the master key. Another process that
    /// has the key in memory keeps it until it ends or calls [`Vault::refresh`]. [`VaultError::NotScrubbed`] says that the keys are gone and
    /// others kept their remains in the database's files: [`Vault::scrub`] then.
    pub async fn shred(&self, what: Shred, reason: &str) -> Result<Vec<Certificate>, VaultError> {
        let reason = reason.to_owned();
        let certificates = self.change(move |bench, tx| bench.shred(tx, what, &reason)).await?;
        self.0.room.scrub("vault_key").await.map_err(VaultError::NotScrubbed)?;
        Ok(certificates)
    }

    /// Takes what is left of destroyed keys out of the database's own files.
    pub async fn scrub(&self) -> Result<(), VaultError> {
        Ok(self.0.room.scrub("vault_key").await?)
    }
}

impl Bench<'_> {
    fn shred(&self, tx: &mut Tx, what: Shred, reason: &str) -> Result<Vec<Certificate>, VaultError> {
        if let Shred::Key(id) = what {
            self.may_go(tx, id)?;
        }
        let mut certificates = Vec::new();
        for row in self.condemned(tx, what)? {
            let kind = KeyKind::parse(&row.kind).ok_or_else(|| row.altered(&self.vault.name))?;
            let replace = what != Shred::Room && rows::newest(tx, kind, &row.name)? == Some(row.version);
            let mut noise = vec![0; row.wrapped.len()];
            self.vault.entropy.fill(&mut noise);
            rows::overwrite(tx, row.id, &noise)?;
            let certificate = row.certificate(self.vault.clock.now_ms(), reason);
            rows::destroy(tx, &certificate)?;
            certificates.extend(certificate.read());
            if replace {
                self.add(tx, kind, &row.name)?;
            }
        }
        Ok(certificates)
    }

    /// Refuses a data key with which this or another process may still seal.
    fn may_go(&self, tx: &mut Tx, id: u32) -> Result<(), VaultError> {
        let data: Vec<KeyRow> = rows::keys(tx)?.into_iter().filter(|row| row.kind == KeyKind::Data.as_str()).collect();
        match data.iter().position(|row| row.number() == id).map(|at| data.get(at + 1)) {
            None => Ok(()),
            Some(None) => Err(VaultError::StillSeals(id)),
            Some(Some(next)) => settled(next.created_at, &*self.vault.clock),
        }
    }

    fn condemned(&self, tx: &mut Tx, what: Shred) -> Result<Vec<KeyRow>, VaultError> {
        let mut keys = rows::keys(tx)?;
        if let Shred::Key(id) = what {
            keys.retain(|row| row.number() == id && ![KeyKind::Municipality, KeyKind::Stamp].iter().any(|kind| row.kind == kind.as_str()));
            if keys.is_empty() {
                return Err(VaultError::NoSuchKey(id));
            }
        }
        Ok(keys)
    }
}
