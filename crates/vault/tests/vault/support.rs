//! What the tests of the vault share: a room with its vault, and a process of its own for a test that needs one.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use store::{Room, RoomName, Rooms};
use vault::{FileMaster, MasterKey, Vault};
use vocabulary::{ManualClock, SystemEntropy, Timestamp};

pub(crate) const NOTES: store::Migrations = store::Migrations::new(
    "vault-test",
    &[store::Migration::new(
        "0001_note",
        "CREATE TABLE note (id {id} NOT NULL PRIMARY KEY, sealed {bytes} NOT NULL, stamp {bytes} NOT NULL);",
    )],
);

diesel::table! {
    note (id) {
        id -> BigInt,
        sealed -> Binary,
        stamp -> Binary,
    }
}

pub(crate) fn room(rooms: &Rooms, system: &str) -> Room {
    rooms.room(&RoomName::national(system), &[vault::MIGRATIONS, NOTES]).unwrap()
}

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_second(1_790_000_000).unwrap()))
}

pub(crate) fn file_master(folder: &Path) -> Arc<FileMaster> {
    Arc::new(FileMaster::open_or_create(folder.join("master.key"), Arc::new(SystemEntropy)).unwrap())
}

pub(crate) fn open(room: &Room, master: Arc<dyn MasterKey>) -> Vault {
    open_at(room, master, clock())
}

/// The same on a clock that the test moves.
pub(crate) fn open_at(room: &Room, master: Arc<dyn MasterKey>, clock: Arc<ManualClock>) -> Vault {
    Vault::open_blocking(room, master, Arc::new(SystemEntropy), clock).unwrap()
}

/// The same test program, running one ignored test with these variables.
pub(crate) fn process(test: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).envs(variables.iter().copied());
    command
}

/// A variable that `process` set; none for a child that was started by nobody, as when every ignored test is run.
#[expect(clippy::disallowed_methods, reason = "a test in a process of its own has no other setting")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
