//! What is sealed, and the keys to seal to.

use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, LazyLock};

use protocol::sealing::Batch;
use seal::Signer;
use seal::hpke::{self, Receiver, ReceivingKey, Sealed, Suite, Thumbprint};
use store::{Data, RoomName, Rooms};
use vault::{Cell, FileMaster, Vault};
use vocabulary::{Id128, SeededEntropy, SystemClock, SystemEntropy};

use super::signed::PARTIES;
use super::{ready, text};

/// A room with its keys, made once.
pub(super) struct Safe {
    folder: tempfile::TempDir,
    vault: Vault,
    pub(super) signer: Signer,
    receivers: [Receiver; 2],
    sealed: Vec<u8>,
}

fn row() -> Cell<'static> {
    Cell::new("resident", "1", "sealed_number")
}

pub(super) static SAFE: LazyLock<anyhow::Result<Safe>> = LazyLock::new(make);

fn make() -> anyhow::Result<Safe> {
    let folder = tempfile::tempdir()?;
    let rooms = Rooms::open(Data::parse(&folder.path().display().to_string())?)?;
    let room = rooms.room(&RoomName::national("fuzz"), &[vault::MIGRATIONS])?;
    let master = FileMaster::open_or_create(folder.path().join("master.key"), Arc::new(SystemEntropy))?;
    let vault = Vault::open_blocking(&room, Arc::new(master), Arc::new(SystemEntropy), Arc::new(SystemClock))?;
    let signer = vault.signer_blocking("fuzz")?;
    let receivers = [vault.receiver_blocking("fuzz", Suite::XWing)?, vault.receiver_blocking("fuzz", Suite::X25519)?];
    let sealed = vault.seal(&row(), b"a value")?;
    Ok(Safe { folder, vault, signer, receivers, sealed })
}

/// A sealed message is read back as it was, and opens for nobody whose key it was not made with.
pub(super) fn sealed(input: &[u8]) {
    let safe = ready(&SAFE);
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
    let safe = ready(&SAFE);
    let mut altered = safe.sealed.clone();
    altered.iter_mut().zip(input).for_each(|(byte, with)| *byte ^= with);
    assert_eq!(safe.vault.open_cell(&row(), &altered).is_ok(), altered == safe.sealed, "an altered cell does not open");
    assert!(safe.vault.open_cell(&row(), input).is_err(), "nobody sealed this");
}

/// Lines come back as they were sealed, and for the request they were sealed for alone.
pub(super) fn lines(input: &[u8]) {
    let safe = ready(&SAFE);
    let (sender, receiver) = ready(&PARTIES);
    let Some(by) = safe.receivers.last() else { return };
    let batch = Batch { sender, receiver, kind: "/atena/v1/persons", request: Id128::from_bytes([7; 16]) };
    let written = text(input);
    let sealed = batch.seal(by.public(), &written, &SeededEntropy::new(1));
    let lines = sealed.as_ref().ok().and_then(|sealed| batch.open(by, sealed).ok()).map(|lines| lines.iter().map(str::to_owned).collect());
    let expected: Vec<String> = written.split_terminator('\n').map(str::to_owned).collect();
    assert_eq!(lines, Some(expected), "as many lines as were written");
    let other = Batch { request: Id128::from_bytes([8; 16]), ..batch };
    assert!(sealed.is_ok_and(|sealed| other.open(by, &sealed).is_err()), "another request's");
}

/// The input as the file of a master key: what is believed has a version, what is not is told without the key.
pub(super) fn master_key(input: &[u8]) {
    let path = ready(&SAFE).folder.path().join("fuzzed.key");
    assert!(std::fs::write(&path, input).is_ok(), "the file can be written");
    assert!(std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).is_ok(), "the file can be closed");
    match FileMaster::open(&path, Arc::new(SystemEntropy)) {
        Ok(master) => assert!(!master.versions().is_empty(), "a key file has a key"),
        Err(refused) => {
            let told = refused.to_string();
            let secret = |word: &&str| word.len() > 40 && told.contains(*word);
            assert_eq!(text(input).split_whitespace().find(secret), None, "a refusal shows a key");
        }
    }
}
