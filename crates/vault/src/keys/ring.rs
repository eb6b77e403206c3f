//! The keys of a room, unwrapped and ready.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use vocabulary::Entropy;

use super::KeyKind;
use super::rows::{CertificateRow, KeyRow, Stored};
use crate::VaultError;
use crate::cell::DataKey;
use crate::index::IndexKey;
use crate::master::MasterKey;
use seal::hpke::{Receiver, Suite};
use seal::{Secret, Signer, wrap};

/// The keys of a room in memory; never changed, only replaced.
pub(crate) struct Ring {
    /// `None` when the room's keys were destroyed.
    pub(crate) municipality: Option<(i64, Secret)>,
    data: BTreeMap<u32, Arc<DataKey>>,
    newest_data: Option<Arc<DataKey>>,
    pub(crate) index: IndexKey,
    pub(crate) token: IndexKey,
    pub(crate) stamp: IndexKey,
    signers: BTreeMap<String, Vec<(Signer, i64)>>,
    /// Name, version and time of making of the signing keys that were destroyed.
    former_signers: Vec<(String, u32, i64)>,
    receivers: BTreeMap<(String, Suite), Receiver>,
    destroyed: BTreeSet<u32>,
    /// The number of the newest key.
    newest: i64,
}

impl Ring {
    /// Unwraps what is stored. The municipality key is taken from `before` when it is the same one, so that the master key's device is
    /// asked only when it must be.
    pub(crate) fn load(
        room: &str,
        stored: &Stored,
        master: &dyn MasterKey,
        before: Option<&Self>,
        entropy: &dyn Entropy,
    ) -> Result<Self, VaultError> {
        let municipality = match stored.keys.iter().rfind(|row| row.kind == KeyKind::Municipality.as_str()) {
            Some(row) => match before.and_then(|before| before.municipality.as_ref()).filter(|(id, _)| *id == row.id) {
                Some(known) => Some(known.clone()),
                None => Some((row.id, unlock(room, row, master)?)),
            },
            None if stored.keys.is_empty() && !stored.destroyed.is_empty() => None,
            None => return Err(VaultError::AlteredKey { room: room.into(), id: 0, kind: KeyKind::Municipality.to_string() }),
        };
        let mut ring = Self::without_keys(municipality, &stored.destroyed, entropy);
        ring.newest = stored.keys.iter().map(|row| row.id).max().unwrap_or(0);
        let mut versions: BTreeMap<(KeyKind, &str), Vec<(u32, Secret)>> = BTreeMap::new();
        for row in stored.keys.iter().filter(|row| row.kind != KeyKind::Municipality.as_str()) {
            let kind = KeyKind::parse(&row.kind).ok_or_else(|| row.altered(room))?;
            let secret = ring.unwrap(room, row)?;
            let version = u32::try_from(row.version).map_err(|_| row.altered(room))?;
            match kind {
                KeyKind::Data => {
                    let id = u32::try_from(row.id).map_err(|_| row.altered(room))?;
                    let key = Arc::new(DataKey::new(id, &secret));
                    ring.newest_data = Some(key.clone());
                    ring.data.insert(id, key);
                }
                KeyKind::Index => ring.index = IndexKey::new("kenshin index 1", &secret),
                KeyKind::Token => ring.token = IndexKey::new("kenshin token 1", &secret),
                KeyKind::Stamp => ring.stamp = IndexKey::new("kenshin stamp 1", &secret),
                KeyKind::Signing => {
                    ring.signers.entry(row.name.clone()).or_default().push((Signer::new(&row.name, version, &secret), row.created_at))
                }
                KeyKind::Receiving(_) => versions.entry((kind, &row.name)).or_default().push((version, secret)),
                KeyKind::Municipality => {}
            }
        }
        for ((kind, name), mut keys) in versions {
            if let KeyKind::Receiving(suite) = kind {
                keys.sort_unstable_by_key(|(version, _)| *version);
                let secrets: Vec<_> = keys.into_iter().map(|(_, secret)| secret).collect();
                ring.receivers.insert((name.into(), suite), Receiver::new(name, suite, &secrets)?);
            }
        }
        Ok(ring)
    }

    /// Until the room's own are put in, look-ups go by keys that are kept nowhere: in a destroyed room they find nothing, and no stamp holds.
    fn without_keys(municipality: Option<(i64, Secret)>, destroyed: &[CertificateRow], entropy: &dyn Entropy) -> Self {
        Self {
            municipality,
            data: BTreeMap::new(),
            newest_data: None,
            index: IndexKey::new("no index", &Secret::random(entropy)),
            token: IndexKey::new("no token", &Secret::random(entropy)),
            stamp: IndexKey::new("no stamp", &Secret::random(entropy)),
            signers: BTreeMap::new(),
            receivers: BTreeMap::new(),
            former_signers: destroyed.iter().filter_map(former_signer).collect(),
            destroyed: destroyed.iter().filter_map(|gone| u32::try_from(gone.id).ok()).collect(),
            newest: 0,
        }
    }

    /// The key that a row of this ring's municipality key wraps.
    pub(crate) fn unwrap(&self, room: &str, row: &KeyRow) -> Result<Secret, VaultError> {
        let (id, by) = self.municipality.as_ref().ok_or_else(|| VaultError::RoomDestroyed(room.into()))?;
        let bound = row.binding(room);
        let secret = if row.parent == Some(*id) { wrap::unwrap(by, &row.wrapped, bound.bytes()) } else { None };
        secret.ok_or_else(|| row.altered(room))
    }

    /// The data key that seals.
    pub(crate) fn sealing(&self, room: &str) -> Result<&DataKey, VaultError> {
        self.newest_data.as_deref().ok_or_else(|| VaultError::RoomDestroyed(room.into()))
    }

    pub(crate) fn data(&self, id: u32) -> Option<&DataKey> {
        self.data.get(&id).map(Arc::as_ref)
    }

    /// Whether it was read before a change that the other shows: how many keys were destroyed and the number of the newest never fall.
    pub(crate) fn is_older_than(&self, other: &Self) -> bool {
        (self.destroyed.len(), self.newest) < (other.destroyed.len(), other.newest)
    }

    pub(crate) fn is_destroyed(&self, id: u32) -> bool {
        self.destroyed.contains(&id)
    }

    /// Every version of a signing key and when it was made, the newest first.
    pub(crate) fn signers(&self, name: &str) -> Vec<(Signer, i64)> {
        let mut signers = self.signers.get(name).cloned().unwrap_or_default();
        signers.sort_unstable_by_key(|(signer, _)| std::cmp::Reverse(signer.version()));
        signers
    }

    /// When the first signing key of this name after a version was made, whether it is still there or was destroyed.
    pub(crate) fn followed(&self, name: &str, version: u32) -> Option<i64> {
        let there = self.signers.get(name).into_iter().flatten().map(|(signer, made)| (signer.version(), *made));
        let gone = self.former_signers.iter().filter(|(of, ..)| of == name).map(|(_, version, made)| (*version, *made));
        there.chain(gone).filter(|(later, _)| *later > version).map(|(_, made)| made).min()
    }

    pub(crate) fn receiver(&self, name: &str, suite: Suite) -> Option<Receiver> {
        self.receivers.get(&(name.to_owned(), suite)).cloned()
    }
}

fn former_signer(gone: &CertificateRow) -> Option<(String, u32, i64)> {
    let version = u32::try_from(gone.version).ok()?;
    (gone.kind == KeyKind::Signing.as_str()).then(|| (gone.name.clone(), version, gone.created_at))
}

fn unlock(room: &str, row: &KeyRow, master: &dyn MasterKey) -> Result<Secret, VaultError> {
    master.unwrap(&row.wrapped, row.binding(room).bytes()).map_err(|error| VaultError::Master { room: room.into(), error })
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ring({} data keys, …)", self.data.len())
    }
}
