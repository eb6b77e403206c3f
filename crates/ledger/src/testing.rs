//! Recorded rooms for tests, here and in the systems.

use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;

use access::Caller;
use diesel::prelude::*;
use store::{Migrations, RoomName, Rooms};
use vault::{FileMaster, KeyKind, Shred};
use vocabulary::{Clock, Id128, Purpose, SystemClock, SystemEntropy};

use crate::log::{column, ledger_batch};
use crate::{About, LedgerError, Room};

/// Opens a recorded room under the master key of tests.
pub async fn room(rooms: &Rooms, name: &RoomName, migrations: &[Migrations]) -> Result<Room, LedgerError> {
    room_at(rooms, name, migrations, Arc::new(SystemClock)).await
}

/// The same on a given clock.
pub async fn room_at(rooms: &Rooms, name: &RoomName, migrations: &[Migrations], clock: Arc<dyn Clock>) -> Result<Room, LedgerError> {
    Room::open(rooms, name, migrations, Arc::new(master()?), clock, Arc::new(SystemEntropy)).await
}

/// One master key for all tests of a user, so that a test and the processes it starts open the same rooms.
pub fn master() -> Result<FileMaster, LedgerError> {
    let user = std::fs::metadata("/proc/self").map_or(0, |of| of.uid());
    let path = std::env::temp_dir().join(format!("kenshin-test-master-{user}.key"));
    FileMaster::open_or_create(path, Arc::new(SystemEntropy))
        .map(FileMaster::without_marks)
        .map_err(|error| LedgerError::Vault(vault::VaultError::Master { room: "test".to_owned(), error }))
}

/// A caller at the command line.
pub fn caller(account: &str, purpose: Purpose) -> Caller {
    Caller::console(account, None, purpose, Id128::from_bytes([7; 16]))
}

/// What the record says was done with a person's data, the newest first, without the searches.
pub async fn acts_on(room: &Room, person: &str) -> Result<Vec<String>, LedgerError> {
    let found = crate::find(room, &caller("auditor", Purpose::Audit), About::Person(person), 0..i64::MAX, 1_000).await?;
    let acts = found.iter().map(|found| found.entry().map(|entry| entry.action.to_owned()));
    let acts: Vec<String> = acts.collect::<Result<_, _>>()?;
    Ok(acts.into_iter().filter(|act| !act.starts_with("ledger:")).collect())
}

/// Destroys the key under which the record names people.
pub async fn erase_names(room: &Room) -> Result<(), LedgerError> {
    let keys = room.vault().keys().await?;
    for key in keys.into_iter().filter(|key| key.kind == KeyKind::Token) {
        room.vault().shred(Shred::Key(key.id), "a test").await?;
    }
    Ok(())
}

/// What whoever has the database's account alone can do to the stored bytes of an entry: these words of it become others of the same length.
pub async fn alter_entry(room: &Room, at: u64, from: &'static str, to: &'static str) -> Result<(), LedgerError> {
    let altered = room.raw().write(move |tx| {
        let batch = ledger_batch::table.filter(ledger_batch::first.le(column(at))).order(ledger_batch::first.desc());
        let (first, mut entries): (i64, Vec<u8>) = batch.select((ledger_batch::first, ledger_batch::entries)).first(tx)?;
        let words = entries.windows(from.len()).position(|words| words == from.as_bytes());
        let words = words.and_then(|start| entries.get_mut(start..start + to.len())).ok_or(LedgerError::Damaged("no such words"))?;
        words.copy_from_slice(to.as_bytes());
        diesel::update(ledger_batch::table.find(first)).set(ledger_batch::entries.eq(entries)).execute(tx)?;
        Ok::<_, LedgerError>(())
    });
    altered.await
}
