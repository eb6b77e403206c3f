//! Changing keys while the room is in use: what an earlier key sealed opens all the time.

use std::sync::{Arc, PoisonError};

use store::Tx;

use super::Vault;
use super::change::{Bench, checked};
use crate::VaultError;
use crate::keys::KeyKind;
use crate::keys::rows::{self, KeyRow};
use crate::master::MasterKey;
use seal::hpke::{Receiver, Suite};
use seal::{Secret, Signer};

impl Vault {
    /// Makes a new data key, which seals from now on; what earlier ones sealed opens as before, until [`Vault::reseal`] and
    /// [`Vault::shred`] some time later. Returns its number. Other processes go over to it when they first meet a value it sealed, at the latest
    /// when they next refresh.
    pub async fn rotate(&self) -> Result<u32, VaultError> {
        self.change(|bench, tx| Ok(bench.add(tx, KeyKind::Data, "")?.number())).await
    }

    /// Makes a new version of a signing key. Signatures of the earlier ones still verify with theirs ([`Vault::signers`]).
    pub async fn rotate_signer(&self, name: &str) -> Result<Signer, VaultError> {
        let kept = checked(name)?;
        self.change(move |bench, tx| bench.add(tx, KeyKind::Signing, &kept).map(|_| ())).await?;
        self.signers(name).into_iter().next().ok_or(VaultError::BadName)
    }

    /// Makes a new version of a receiving key. What was sealed to the earlier ones still opens.
    pub async fn rotate_receiver(&self, name: &str, suite: Suite) -> Result<Receiver, VaultError> {
        let kept = checked(name)?;
        self.change(move |bench, tx| bench.add(tx, KeyKind::Receiving(suite), &kept).map(|_| ())).await?;
        self.ring().receiver(name, suite).ok_or(VaultError::BadName)
    }

    /// Makes a new municipality key and wraps every key of the room by it; the earlier one is destroyed. No value is touched.
    pub async fn rotate_municipality(&self) -> Result<(), VaultError> {
        self.change(|bench, tx| bench.rotate_municipality(tx)).await
    }

    /// Wraps the municipality key by the newest version of a master key: this room's part of changing it. `by` may be the one in use, after
    /// its own rotation, or another (a device in place of a file); this vault goes on with it. Other processes must hold it as well.
    pub async fn rewrap(&self, by: Arc<dyn MasterKey>) -> Result<(), VaultError> {
        let then = by.clone();
        self.change(move |bench, tx| bench.rewrap(tx, &*by)).await?;
        *self.0.master.write().unwrap_or_else(PoisonError::into_inner) = then;
        Ok(())
    }
}

impl Bench<'_> {
    fn rotate_municipality(&self, tx: &mut Tx) -> Result<(), VaultError> {
        let secret = Secret::random(&*self.vault.entropy);
        let mut top = KeyRow { parent: None, ..self.next(tx, KeyKind::Municipality, "")? };
        self.wrap_municipality(self.master, &mut top, &secret)?;
        for mut row in rows::keys(tx)? {
            if row.kind == KeyKind::Municipality.as_str() {
                rows::destroy(tx, &row.certificate(self.vault.clock.now_ms(), "a new municipality key took its place"))?;
            } else {
                let key = self.ring.unwrap(&self.vault.name, &row)?;
                row.parent = Some(top.id);
                self.wrap_by(&secret, &mut row, &key)?;
                rows::rewrap(tx, &row)?;
            }
        }
        Ok(rows::insert(tx, &[top])?)
    }

    fn rewrap(&self, tx: &mut Tx, by: &dyn MasterKey) -> Result<(), VaultError> {
        for mut row in rows::keys(tx)?.into_iter().filter(|row| row.kind == KeyKind::Municipality.as_str()) {
            if let Some((_, secret)) = self.ring.municipality.as_ref().filter(|(id, _)| *id == row.id) {
                self.wrap_municipality(by, &mut row, secret)?;
                rows::rewrap(tx, &row)?;
            }
        }
        Ok(())
    }
}
