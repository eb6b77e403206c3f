//! Opening a vault, and making its first keys.

use std::sync::{Arc, Mutex, RwLock};

use store::{Room, StoreError, Tx};
use vocabulary::{Clock, Entropy};

use super::{Inner, Vault, reload};
use crate::VaultError;
use crate::cell::Nonces;
use crate::keys::KeyKind;
use crate::keys::ring::Ring;
use crate::keys::rows::{self, KeyRow, Stored};
use crate::master::MasterKey;
use seal::{Secret, wrap};

impl Vault {
    /// Opens the vault of a room, and makes its keys when it has none. However many do so at once, in however many processes, all get the
    /// same keys. The room must have [`MIGRATIONS`](crate::MIGRATIONS).
    pub async fn open(
        room: &Room,
        master: Arc<dyn MasterKey>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, VaultError> {
        let mut stored = room.read(rows::stored).await.map_err(VaultError::Store)?;
        if stored.is_new() {
            let first = first_keys(&room.name().to_string(), &*master, &*entropy, &*clock)?;
            stored = room.write(move |tx| settle(tx, &first)).await.map_err(VaultError::Store)?;
        }
        Self::unlock(room, &stored, master, entropy, clock)
    }

    /// [`Vault::open`] for a thread that may block.
    pub fn open_blocking(
        room: &Room,
        master: Arc<dyn MasterKey>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, VaultError> {
        let mut stored = room.read_blocking(rows::stored).map_err(VaultError::Store)?;
        if stored.is_new() {
            let first = first_keys(&room.name().to_string(), &*master, &*entropy, &*clock)?;
            stored = room.write_blocking(|tx| settle(tx, &first)).map_err(VaultError::Store)?;
        }
        Self::unlock(room, &stored, master, entropy, clock)
    }

    /// The vault of a room that has one, for a look at it: nothing is made. None where there are no keys. Blocks.
    pub fn look_blocking(
        room: &Room,
        master: Arc<dyn MasterKey>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Result<Option<Self>, VaultError> {
        let stored = room.read_blocking(rows::stored).map_err(VaultError::Store)?;
        if stored.is_new() { Ok(None) } else { Self::unlock(room, &stored, master, entropy, clock).map(Some) }
    }

    fn unlock(
        room: &Room,
        stored: &Stored,
        master: Arc<dyn MasterKey>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, VaultError> {
        let name = room.name().to_string();
        let ring = Ring::load(&name, stored, &*master, None, &*entropy)?;
        if ring.municipality.is_none() {
            return Err(VaultError::RoomDestroyed(name));
        }
        Ok(Self(Arc::new(Inner {
            room: room.clone(),
            name,
            master: RwLock::new(master),
            nonces: Nonces::new(entropy.clone()),
            entropy,
            clock,
            ring: RwLock::new(Arc::new(ring)),
            reloading: Mutex::new(reload::Misses::default()),
        })))
    }
}

impl Stored {
    /// Neither keys nor what is left of keys.
    fn is_new(&self) -> bool {
        self.keys.is_empty() && self.destroyed.is_empty()
    }
}

/// Puts the first keys in, unless somebody else did since they were made; what is there then is what counts.
fn settle(tx: &mut Tx, first: &[KeyRow]) -> Result<Stored, StoreError> {
    if rows::stored(tx)?.is_new() {
        rows::insert(tx, first)?;
    }
    rows::stored(tx)
}

/// A municipality key under the master key, and under it one key of each kind that every room has.
fn first_keys(room: &str, master: &dyn MasterKey, entropy: &dyn Entropy, clock: &dyn Clock) -> Result<Vec<KeyRow>, VaultError> {
    let created_at = clock.now_ms();
    let row = |id, kind: KeyKind, parent| KeyRow {
        id,
        kind: kind.as_str().into(),
        name: String::new(),
        version: 1,
        parent,
        wrapped: Vec::new(),
        created_at,
    };
    let municipality = Secret::random(entropy);
    let mut top = row(1, KeyKind::Municipality, None);
    top.wrapped = master.wrap(&municipality, top.binding(room).bytes()).map_err(|error| VaultError::Master { room: room.into(), error })?;
    let mut keys = vec![top];
    for (id, kind) in [(2, KeyKind::Data), (3, KeyKind::Index), (4, KeyKind::Token), (5, KeyKind::Stamp)] {
        let mut key = row(id, kind, Some(1));
        key.wrapped = wrap::wrap(&municipality, &Secret::random(entropy), key.binding(room).bytes(), entropy).ok_or(VaultError::TooLong)?;
        keys.push(key);
    }
    Ok(keys)
}
