//! A room as bytes and back, while others write in it.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::prelude::*;
use store::testing::both_blocking;
use store::{CopyError, RoomName, Rooms, StoreError, TableDigest};

diesel::table! { pair (id) { id -> BigInt, left -> BigInt, right -> BigInt, text -> Text, } }

const TABLE: store::Migrations = store::Migrations::new("copy", &[store::Migration::new("0001_pair", PAIR)]);
const PAIR: &str = "CREATE TABLE pair (id {id} PRIMARY KEY, \"left\" BIGINT NOT NULL, \"right\" BIGINT NOT NULL, text TEXT NOT NULL);";

fn add(rooms: &Rooms, name: &RoomName, id: i64) {
    add_all(rooms, name, id..=id);
}

/// Rows of one transaction.
fn add_all(rooms: &Rooms, name: &RoomName, mut ids: std::ops::RangeInclusive<i64>) {
    let room = rooms.room(name, &[TABLE]).unwrap();
    let row = |id: i64| (pair::id.eq(id), pair::left.eq(id), pair::right.eq(0), pair::text.eq("it's \"quoted\", \\ 氏名\n"));
    room.write_blocking(|tx| {
        // Every transaction leaves both columns equal.
        ids.try_for_each(|id| {
            diesel::insert_into(pair::table).values(row(id)).execute(tx)?;
            diesel::update(pair::table.find(id)).set(pair::right.eq(id)).execute(tx)?;
            Ok::<_, StoreError>(())
        })
    })
    .unwrap();
}

fn rows(tables: &[TableDigest]) -> u64 {
    tables.iter().find(|table| table.table == "pair").unwrap().rows
}

#[test]
fn t_24_a_copy_is_of_one_moment_while_others_write_and_comes_back_with_the_same_digests() {
    both_blocking(|rooms| {
        let name = RoomName::national("copied");
        add_all(&rooms, &name, 1..=2_000);
        let room = rooms.existing(&name).unwrap().unwrap();
        let before = room.digest_tables().unwrap();
        let (mut bytes, done) = (Vec::new(), AtomicBool::new(false));
        let (tables, written) = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut id = 2_000;
                while !done.load(Ordering::Relaxed) {
                    id += 1;
                    add(&rooms, &name, id);
                }
                id
            });
            let tables = rooms.copy_out(&room, &mut bytes).unwrap();
            done.store(true, Ordering::Relaxed);
            (tables, writer.join().unwrap())
        });
        assert!(rows(&tables) >= rows(&before) && written > 2_000, "somebody wrote meanwhile");
        assert!(matches!(rooms.copy_in(&name, &mut bytes.as_slice()), Err(CopyError::IsThere(_))));
        let now = room.digest_tables().unwrap();
        assert_eq!(rows(&now), written.unsigned_abs());

        rooms.remove(&name).unwrap();
        assert!(!rooms.has(&name).unwrap());
        let back = rooms.copy_in(&name, &mut bytes.as_slice()).unwrap();
        assert_eq!(back.digest_tables().unwrap(), tables);
        let half = pair::table.filter(pair::left.ne(pair::right)).count();
        assert_eq!(back.read_blocking(|tx| Ok::<i64, StoreError>(half.get_result(tx)?)), Ok(0));
        // It is written to as any other.
        add(&rooms, &name, 1_000_000);
        assert_ne!(back.digest_tables().unwrap(), tables);
    });
}

#[test]
fn what_is_no_copy_of_a_room_leaves_nothing_behind() {
    both_blocking(|rooms| {
        let name = RoomName::national("copied");
        add(&rooms, &name, 1);
        let room = rooms.existing(&name).unwrap().unwrap();
        let mut bytes = Vec::new();
        rooms.copy_out(&room, &mut bytes).unwrap();
        rooms.remove(&name).unwrap();
        // A reader that fails in the middle.
        let mut cut = std::io::Read::chain(&bytes[..bytes.len() / 2], Broken);
        assert!(matches!(rooms.copy_in(&name, &mut cut), Err(CopyError::Bytes(_) | CopyError::Tool(..))));
        assert!(!rooms.has(&name).unwrap());
        rooms.copy_in(&name, &mut bytes.as_slice()).unwrap();
    });
}

struct Broken;

impl std::io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::InvalidData.into())
    }
}
