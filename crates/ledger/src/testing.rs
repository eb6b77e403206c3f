//! Recorded rooms for tests, here and in the systems.

use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;

use access::Caller;
use store::{Migrations, RoomName, Rooms};
use vault::FileMaster;
use vocabulary::{Clock, Id128, Purpose, SystemClock, SystemEntropy};

use crate::{LedgerError, Room};

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
        .map_err(|error| LedgerError::Vault(vault::VaultError::Master { room: "test".to_owned(), error }))
}

/// A caller at the command line.
pub fn caller(account: &str, purpose: Purpose) -> Caller {
    Caller::console(account, None, purpose, Id128::from_bytes([7; 16]))
}
