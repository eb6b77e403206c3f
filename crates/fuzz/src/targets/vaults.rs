//! What is sealed, and the keys to seal to.

use std::sync::{Arc, LazyLock};

use store::{Data, RoomName, Rooms};
use vault::hpke::{self, Receiver, ReceivingKey, Sealed, Suite, Thumbprint};
use vault::{Cell, FileMaster, Signer, Vault};
use vocabulary::{SeededEntropy, SystemClock, SystemEntropy};

use super::text;

/// A room with its keys, made once.
pub(super) struct Safe {
    _folder: tempfile::TempDir,
    vault: Vault,
    pub(super) signer: Signer,
    receivers: [Receiver; 2],
    sealed: Vec<u8>,
}

fn row() -> Cell<'static> {
    Cell::new("resident", "1", "sealed_number")
}

pub(super) static SAFE: LazyLock<Option<Safe>> = LazyLock::new(|| make().ok());

fn make() -> anyhow::Result<Safe> {
    let folder = tempfile::tempdir()?;
    let rooms = Rooms::open(Data::parse(&folder.path().display().to_string())?)?;
    let room = rooms.room(&RoomName::national("fuzz"), &[vault::MIGRATIONS])?;
    let master = FileMaster::open_or_create(folder.path().join("master.key"), Arc::new(SystemEntropy))?;
    let vault = Vault::open_blocking(&room, Arc::new(master), Arc::new(SystemEntropy), Arc::new(SystemClock))?;
    let signer = vault.signer_blocking("fuzz")?;
    let receivers = [vault.receiver_blocking("fuzz", Suite::XWing)?, vault.receiver_blocking("fuzz", Suite::X25519)?];
    let sealed = vault.seal(&row(), b"a value")?;
    Ok(Safe { _folder: folder, vault, signer, receivers, sealed })
}

/// A sealed message is read back as it was, and opens for nobody whose key it was not made with.
pub(super) fn sealed(input: &[u8]) {
    let Some(safe) = SAFE.as_ref() else { return };
    let Ok(mut sealed) = serde_json::from_slice::<Sealed>(input) else { return };
    let json = serde_json::to_vec(&sealed).unwrap_or_default();
    assert!(serde_json::from_slice::<Sealed>(&json).is_ok_and(|read| read == sealed), "read back");
    for receiver in &safe.receivers {
        assert!(receiver.open(b"info", b"aad", &sealed).is_err());
        // addressed to the key as a stranger could, so that the encapsulated key is looked at
        sealed.key = receiver.public().thumbprint();
        sealed.suite = receiver.public().suite();
        assert!(receiver.open(b"info", b"aad", &sealed).is_err(), "nobody sealed this to that key");
    }
}

/// A key that was read can be sealed to.
pub(super) fn receiving_key(input: &[u8]) {
    if let Ok(thumbprint) = text(input).trim().parse::<Thumbprint>() {
        assert_eq!(thumbprint.to_string(), text(input).trim());
    }
    let Ok(key) = serde_json::from_slice::<ReceivingKey>(input) else { return };
    assert_eq!(ReceivingKey::from_bytes(key.suite(), &key.to_bytes()).as_ref(), Ok(&key), "read back");
    let sealed = hpke::seal(&key, b"info", b"aad", b"plain", &SeededEntropy::new(1));
    assert!(sealed.is_ok(), "what is held as a key can be sealed to");
}

/// A stored cell with some of its bytes altered (by the input), and the input as a cell.
pub(super) fn cell(input: &[u8]) {
    let Some(safe) = SAFE.as_ref() else { return };
    let mut altered = safe.sealed.clone();
    altered.iter_mut().zip(input).for_each(|(byte, with)| *byte ^= with);
    assert_eq!(safe.vault.open_cell(&row(), &altered).is_ok(), altered == safe.sealed, "an altered cell does not open");
    assert!(safe.vault.open_cell(&row(), input).is_err(), "nobody sealed this");
}
