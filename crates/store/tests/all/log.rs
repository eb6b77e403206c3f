//! A write-ahead log that a load makes long, on SQLite.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use store::testing::both_blocking;
use store::{Data, Migration, Migrations, Room, RoomName, Rooms, StoreError, Tx};

diesel::table! { wide (id) { id -> BigInt, bytes -> Binary, } }

const MIGRATIONS: Migrations =
    Migrations::new("example", &[Migration::new("0001_wide", "CREATE TABLE wide (id {id} PRIMARY KEY, bytes {bytes} NOT NULL)")]);

fn room(rooms: &Rooms) -> Room {
    rooms.room(&RoomName::national("example"), &[MIGRATIONS]).unwrap()
}

/// So many rows of a page each. Pages that do not fit into a small cache go to the log before the commit.
fn fill(room: &Room, rows: i64) -> Result<u64, StoreError> {
    room.write_blocking(|tx| {
        if let Tx::Sqlite(connection) = tx {
            connection.batch_execute("PRAGMA cache_size = 100")?;
        }
        store::load(tx, (wide::id, wide::bytes), |load| (0..rows).try_for_each(|id| load.push(|row| row.int(id).bytes(&[7; 4_000]))))
    })
}

fn add(room: &Room, id: i64) -> Result<(), StoreError> {
    room.write_blocking(|tx| {
        diesel::insert_into(wide::table).values((wide::id.eq(id), wide::bytes.eq(vec![7]))).execute(tx)?;
        Ok(())
    })
}

#[test]
fn a_load_that_makes_the_log_long_is_moved_into_the_file_beside_its_commit() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        const ROWS: i64 = 18_000;
        fill(&room, ROWS).unwrap();
        let count = |tx: &mut Tx| Ok::<i64, StoreError>(wide::table.count().get_result(tx)?);
        assert_eq!(room.read_blocking(count).unwrap(), ROWS);
        let Data::Folder(folder) = rooms.data() else { return };
        let length = |name: &str| std::fs::metadata(folder.join("example").join(name)).unwrap().len();
        let moved = (0..6_000).any(|_| {
            std::thread::park_timeout(std::time::Duration::from_millis(10));
            length("national.sqlite") > 4_000 * u64::try_from(ROWS).unwrap()
        });
        assert!(moved, "the log was not moved into the file");
        // A writer after it finds a log that it can begin anew, and cuts it back.
        let mut id = ROWS;
        let cut = (0..6_000).any(|_| {
            add(&room, id).unwrap();
            id += 1;
            std::thread::park_timeout(std::time::Duration::from_millis(10));
            length("national.sqlite-wal") <= 64 << 20
        });
        assert!(cut, "the log stays long");
        assert_eq!(room.read_blocking(count).unwrap(), id);
    });
}

#[test]
fn a_long_log_that_a_reader_kept_is_emptied_by_the_commits_after_it() {
    both_blocking(|rooms| {
        let Data::Folder(folder) = rooms.data() else { return };
        let room = room(&rooms);
        let length = || std::fs::metadata(folder.join("example").join("national.sqlite-wal")).unwrap().len();
        const ROWS: i64 = 12_000;
        room.read_blocking(|reader| {
            // From here on the reader keeps the log: what comes after it cannot be moved into the file.
            wide::table.count().get_result::<i64>(reader)?;
            fill(&room, ROWS)?;
            (ROWS..ROWS + 3).try_for_each(|id| add(&room, id))?;
            std::thread::park_timeout(std::time::Duration::from_millis(200));
            assert!(length() > 32 << 20, "the reader did not keep the log");
            Ok::<_, StoreError>(())
        })
        .unwrap();
        // Far fewer than make the log longer by what begins another round beside.
        let cut = (ROWS + 3..ROWS + 500).any(|id| {
            add(&room, id).unwrap();
            std::thread::park_timeout(std::time::Duration::from_millis(20));
            length() <= 32 << 20
        });
        assert!(cut, "the log stays long");
    });
}
