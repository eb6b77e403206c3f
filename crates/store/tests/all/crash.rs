//! A program that is killed in the middle of a write leaves nothing of it.

use std::process::Command;

use diesel::prelude::*;
use store::testing::both_blocking;
use store::{Data, Migration, Migrations, RoomName, Rooms, StoreError, Tx};

diesel::table! { note (id) { id -> BigInt, } }

const MIGRATIONS: Migrations = Migrations::new("example", &[Migration::new("0001_note", "CREATE TABLE note (id {id} PRIMARY KEY)")]);
const WHERE: &str = "KENSHIN_TEST_CRASH";

fn put(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    diesel::insert_into(note::table).values(note::id.eq(id)).execute(tx)?;
    Ok(())
}

/// What the test below runs in a program of its own: one write that is done, one that is not.
#[test]
#[ignore = "run by a_killed_program_leaves_nothing_of_its_write"]
#[expect(clippy::disallowed_methods, reason = "the parent says by it where the room is")]
fn child() {
    // Started by nobody when every ignored test is run.
    let Ok(place) = std::env::var(WHERE) else { return };
    let rooms = Rooms::open(Data::parse(&place).unwrap()).unwrap();
    let room = rooms.room(&RoomName::national("example"), &[MIGRATIONS]).unwrap();
    room.write_blocking(|tx| put(tx, 1)).unwrap();
    let _: Result<(), StoreError> = room.write_blocking(|tx| {
        (2..20_000).try_for_each(|id| put(tx, id))?;
        std::process::abort()
    });
}

#[test]
fn a_killed_program_leaves_nothing_of_its_write() {
    both_blocking(|rooms| {
        let place = match rooms.data() {
            Data::Folder(path) => path.display().to_string(),
            Data::Postgres(url) => url.clone(),
        };
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child", "--ignored"])
            .env(WHERE, place)
            .output()
            .unwrap();
        assert!(!child.status.success(), "the child was to be killed");
        let room = rooms.room(&RoomName::national("example"), &[MIGRATIONS]).unwrap();
        let ids = |tx: &mut Tx| Ok::<Vec<i64>, StoreError>(note::table.select(note::id).load(tx)?);
        assert_eq!(room.read_blocking(ids).unwrap(), [1]);
        room.write_blocking(|tx| put(tx, 2)).unwrap();
        assert_eq!(room.read_blocking(ids).unwrap(), [1, 2]);
    });
}
