//! `kenshin keys …`: the life of a room's keys, with its server or without one.

use access::Caller;
use anyhow::{Context as _, bail};
use ledger::{Act, Outcome, Room, Subject};
use seal::hpke::Suite;
use serde::Serialize;
use vault::{KeyInfo, KeyKind, Shred, Vault, VaultError};
use vocabulary::Timestamp;
use wire::RING;

use super::runtime;
use crate::arguments::{KeyList, KeySort, Keys, RotateKey, ShredKey, SystemRoom};
use crate::{Ending, output};

const READ: Act = Act::new("vault:keys.read");
const ROTATE: Act = Act::new("vault:keys.rotate");
const SHRED: Act = Act::new("vault:keys.shred");

/// A key of the list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedKey {
    number: u32,
    kind: &'static str,
    name: String,
    version: u32,
    created: Timestamp,
    /// Of one that is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    destroyed: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl ListedKey {
    fn of(key: KeyInfo) -> Self {
        let KeyInfo { id: number, kind, name, version, created } = key;
        Self { number, kind: kind.as_str(), name, version, created, destroyed: None, reason: None }
    }
}

/// Does what was asked of the keys.
pub(crate) fn run(asked: &Keys) -> anyhow::Result<Ending> {
    match asked {
        Keys::List(options) => list(options),
        Keys::Rotate(options) => rotate(options),
        Keys::Shred(options) => shred(options),
    }
}

/// Notes beforehand what is done with the keys.
async fn note(room: &Room, caller: &Caller, act: Act, what: &str) -> anyhow::Result<()> {
    Ok(room.event(caller, act, Outcome::Written, Subject::None, what).await?)
}

fn list(options: &KeyList) -> anyhow::Result<Ending> {
    let (_, room, caller) = options.room.open()?;
    let keys = runtime()?.block_on(async {
        room.event(&caller, READ, Outcome::Read, Subject::None, "list").await?;
        let gone = room.vault().certificates().await?.into_iter().map(|gone| ListedKey {
            destroyed: Some(gone.destroyed),
            reason: Some(gone.reason),
            ..ListedKey::of(gone.key)
        });
        let mut keys: Vec<ListedKey> = room.vault().keys().await?.into_iter().map(ListedKey::of).chain(gone).collect();
        keys.sort_unstable_by_key(|key| key.number);
        Ok::<_, anyhow::Error>(keys)
    })?;
    output::result(options.json, &keys, |keys| keys.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(Ending::Done)
}

fn line(key: &ListedKey) -> String {
    let end = match (&key.destroyed, &key.reason) {
        (Some(at), Some(reason)) => format!("  destroyed {at}: {reason}"),
        _ => String::new(),
    };
    format!("{:4}  {:16}  {:8}  version {}  {}{end}", key.number, key.kind, key.name, key.version, key.created)
}

fn rotate(options: &RotateKey) -> anyhow::Result<Ending> {
    let (_, room, caller) = options.room.open()?;
    let vault = room.vault();
    runtime()?.block_on(async {
        let sort = match options.sort {
            KeySort::Signing => KeyKind::Signing,
            KeySort::Receiving => KeyKind::Receiving(Suite::XWing),
            KeySort::Data => KeyKind::Data,
            KeySort::Municipality => KeyKind::Municipality,
        };
        note(&room, &caller, ROTATE, &format!("{sort} key")).await?;
        match options.sort {
            KeySort::Signing => drop(vault.rotate_signer(RING).await?),
            KeySort::Receiving => drop(vault.rotate_receiver(RING, Suite::XWing).await?),
            KeySort::Data => drop(vault.rotate().await?),
            KeySort::Municipality => vault.rotate_municipality().await?,
        }
        Ok::<_, anyhow::Error>(())
    })?;
    output::say("a new key is used from now on; a server that runs takes it up within a quarter of an hour");
    Ok(Ending::Done)
}

fn shred(options: &ShredKey) -> anyhow::Result<Ending> {
    let (_, room, caller) = options.room.open()?;
    let vault = room.vault();
    let again =
        format!("signing key {} is destroyed, and others kept its remains in the database's files: run the same again", options.key);
    let was_there = runtime()?.block_on(async {
        if is_destroyed(vault, options.key).await? {
            note(&room, &caller, SHRED, &format!("remains of signing key {}: {}", options.key, options.reason)).await?;
            return vault.scrub().await.context(again).map(|()| false);
        }
        let key = signing_key(&options.room, vault, options.key).await?;
        note(&room, &caller, SHRED, &format!("signing key {key}: {}", options.reason)).await?;
        match vault.shred(Shred::Key(key), &options.reason).await {
            Err(VaultError::NotScrubbed(error)) => Err(error).context(again),
            shredded => shredded.context("the key could not be destroyed").map(|_| true),
        }
    })?;
    if !was_there {
        output::say(&format!("signing key {} was destroyed before: its remains are out of the database's files now", options.key));
        return Ok(Ending::Done);
    }
    output::say(&format!(
        "signing key {} is destroyed: others that have it from before believe it for five minutes more, and the server shows the keys without it",
        options.key
    ));
    Ok(Ending::Done)
}

/// Whether a key that signed to others is destroyed already.
async fn is_destroyed(vault: &Vault, number: u32) -> anyhow::Result<bool> {
    let gone = vault.certificates().await?;
    Ok(gone.iter().any(|gone| gone.key.id == number && gone.key.kind == KeyKind::Signing && gone.key.name == RING))
}

/// The number of a key that signs to others; what another opens would be lost with it.
async fn signing_key(room: &SystemRoom, vault: &Vault, number: u32) -> anyhow::Result<u32> {
    match vault.keys().await?.into_iter().find(|key| key.id == number) {
        None => bail!("there is no key {number} in this room: {} shows them", room.command("keys list")),
        Some(key) if key.kind == KeyKind::Signing && key.name == RING => Ok(number),
        Some(key) => bail!("key {number} is a {} key: only those that sign to other parties are destroyed by hand", key.kind),
    }
}
