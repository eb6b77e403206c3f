//! What a room promises, on both databases.

use diesel::prelude::*;
use store::testing::both;
use store::{ConstraintKind, Migration, Migrations, Room, RoomName, Rooms, StoreError, Tx};

diesel::table! {
    resident (id) {
        id -> BigInt,
        number -> Text,
        born -> Integer,
        sealed -> Nullable<Binary>,
    }
}

const MIGRATIONS: Migrations = Migrations::new(
    "example",
    &[Migration::new(
        "0001_resident",
        "CREATE TABLE resident (id {id} PRIMARY KEY, number TEXT NOT NULL UNIQUE, born INTEGER NOT NULL CHECK (born > 0), sealed {bytes}); \
         CREATE INDEX resident_born ON resident (born);",
    )],
);

fn name(code: &str) -> RoomName {
    RoomName::new("registry", Some(code.parse().unwrap()))
}

fn room(rooms: &Rooms) -> Room {
    rooms.room(&name("991015"), &[MIGRATIONS]).unwrap()
}

fn insert(tx: &mut Tx, id: i64, number: &str) -> Result<(), StoreError> {
    diesel::insert_into(resident::table)
        .values((resident::id.eq(id), resident::number.eq(number), resident::born.eq(19_860_401)))
        .execute(tx)?;
    Ok(())
}

fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(resident::table.count().get_result(tx)?)
}

#[tokio::test]
async fn a_write_is_seen_by_the_next_read() {
    both(|rooms| async move {
        let room = room(&rooms);
        room.write(|tx| insert(tx, 1, "a")).await.unwrap();
        assert_eq!(room.read(count).await.unwrap(), 1);
        assert_eq!(room.read_long(count).await.unwrap(), 1);
        assert_eq!(room.read_blocking(count).unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_error_undoes_the_whole_transaction() {
    both(|rooms| async move {
        let room = room(&rooms);
        let outcome = room
            .write(|tx| {
                insert(tx, 1, "a")?;
                Err::<(), _>(StoreError::NotFound)
            })
            .await;
        assert_eq!(outcome, Err(StoreError::NotFound));
        assert_eq!(room.read(count).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_panic_in_a_write_leaves_nothing_and_the_room_works_on() {
    both(|rooms| async move {
        let room = room(&rooms);
        let other = room.clone();
        let task = tokio::spawn(async move {
            other
                .write(|tx| -> Result<(), StoreError> {
                    insert(tx, 1, "a")?;
                    panic!("a bug")
                })
                .await
        });
        assert!(task.await.unwrap_err().is_panic());
        assert_eq!(room.read(count).await.unwrap(), 0);
        room.write(|tx| insert(tx, 2, "b")).await.unwrap();
        assert_eq!(room.read(count).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_read_cannot_write() {
    both(|rooms| async move {
        let room = room(&rooms);
        assert_eq!(room.read(|tx| insert(tx, 1, "a")).await, Err(StoreError::ReadOnly));
        assert_eq!(room.read_long(|tx| insert(tx, 1, "a")).await, Err(StoreError::ReadOnly));
    })
    .await;
}

#[tokio::test]
async fn a_read_sees_one_snapshot() {
    both(|rooms| async move {
        let room = room(&rooms);
        let writer = room.clone();
        let (before, after) = room
            .read_long(move |tx| {
                let before = count(tx)?;
                writer.write_blocking(|tx| insert(tx, 1, "a"))?;
                Ok::<_, StoreError>((before, count(tx)?))
            })
            .await
            .unwrap();
        assert_eq!((before, after), (0, 0));
        assert_eq!(room.read(count).await.unwrap(), 1);
    })
    .await;
}

/// Read, decide, write: the pattern that loses updates when writes of a room are not alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writes_of_a_room_do_not_lose_each_others_changes() {
    both(|rooms| async move {
        let room = room(&rooms);
        room.write(|tx| insert(tx, 1, "a")).await.unwrap();
        // A second opening stands for another program: it shares no lock in memory with the first.
        let other = store::Rooms::open_with(rooms.data().clone(), 8).unwrap().existing(&name("991015")).unwrap().unwrap();
        let tasks: Vec<_> = (0..40)
            .map(|at| {
                let room = if at % 2 == 0 { room.clone() } else { other.clone() };
                tokio::spawn(async move {
                    room.write(|tx| {
                        let born: i32 = resident::table.find(1).select(resident::born).first(tx)?;
                        diesel::update(resident::table.find(1)).set(resident::born.eq(born + 1)).execute(tx)?;
                        Ok::<_, StoreError>(())
                    })
                    .await
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let born: i32 = room.read(|tx| Ok::<_, StoreError>(resident::table.find(1).select(resident::born).first(tx)?)).await.unwrap();
        assert_eq!(born, 19_860_401 + 40);
    })
    .await;
}

#[tokio::test]
async fn writes_beside_each_other_are_run_again_after_a_deadlock() {
    both(|rooms| async move {
        let room = room(&rooms);
        room.write(|tx| insert(tx, 1, "a").and_then(|()| insert(tx, 2, "b"))).await.unwrap();
        let barrier = std::sync::Arc::new(std::sync::Barrier::new(2));
        let swap = |first: i64, second: i64| {
            let (room, barrier) = (room.clone(), barrier.clone());
            let embedded = room.is_embedded();
            let mut tries = 0;
            tokio::task::spawn_blocking(move || {
                room.write_beside_blocking(|tx| {
                    diesel::update(resident::table.find(first)).set(resident::born.eq(resident::born + 1)).execute(tx)?;
                    tries += 1;
                    if tries == 1 && !embedded {
                        barrier.wait();
                    }
                    diesel::update(resident::table.find(second)).set(resident::born.eq(resident::born + 1)).execute(tx)?;
                    Ok::<_, StoreError>(tries)
                })
            })
        };
        let (left, right) = (swap(1, 2), swap(2, 1));
        let tries = left.await.unwrap().unwrap() + right.await.unwrap().unwrap();
        // The deadlock costs one of them a try, and a slow one another.
        assert!(if room.is_embedded() { tries == 2 } else { tries >= 3 }, "{tries}");
        let born: Vec<i32> = room.read(|tx| Ok::<_, StoreError>(resident::table.select(resident::born).load(tx)?)).await.unwrap();
        assert_eq!(born, [19_860_403, 19_860_403]);
    })
    .await;
}

#[tokio::test]
async fn a_savepoint_inside_a_write_can_be_undone_alone() {
    both(|rooms| async move {
        let room = room(&rooms);
        room.write(|tx| {
            insert(tx, 1, "a")?;
            let inner: Result<(), StoreError> = tx.transaction(|tx| insert(tx, 2, "a"));
            assert!(inner.is_err());
            insert(tx, 3, "c")
        })
        .await
        .unwrap();
        assert_eq!(room.read(count).await.unwrap(), 2);
    })
    .await;
}

/// Pitfall of every driver: the detail of its error holds the value.
#[tokio::test]
async fn no_error_holds_a_value() {
    const MARK: &str = "123456789018";
    both(|rooms| async move {
        let room = room(&rooms);
        room.write(|tx| insert(tx, 1, MARK)).await.unwrap();
        let unique = room.write(|tx| insert(tx, 2, MARK)).await.unwrap_err();
        assert!(matches!(&unique, StoreError::Constraint { kind: ConstraintKind::Unique, table, .. } if table == "resident"), "{unique:?}");
        assert!(unique.is_duplicate_in("resident"));
        let check = room
            .write(|tx| {
                diesel::insert_into(resident::table)
                    .values((resident::id.eq(3), resident::number.eq(MARK), resident::born.eq(-1)))
                    .execute(tx)?;
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap_err();
        assert!(matches!(&check, StoreError::Constraint { kind: ConstraintKind::Check, .. }), "{check:?}");
        let null = room
            .write(|tx| {
                Ok::<_, StoreError>(diesel::sql_query(format!("INSERT INTO resident (id, number) VALUES (4, '{MARK}')")).execute(tx)?)
            })
            .await
            .unwrap_err();
        assert!(matches!(&null, StoreError::Constraint { kind: ConstraintKind::NotNull, .. }), "{null:?}");
        let cast = room
            .read(|tx| Ok::<_, StoreError>(diesel::sql_query(format!("SELECT no_such_function('{MARK}')")).execute(tx)?))
            .await
            .unwrap_err();
        let syntax = room.read(|tx| Ok::<_, StoreError>(diesel::sql_query(format!("SELEC '{MARK}'")).execute(tx)?)).await.unwrap_err();
        let load = room
            .write(|tx| {
                store::load(tx, (resident::id, resident::number, resident::born), |rows| rows.push(|row| row.int(5).text(MARK).int(1)))
            })
            .await
            .unwrap_err();
        assert!(load.is_duplicate_in("resident"), "{load:?}");
        for error in [unique, check, null, cast, syntax, load] {
            let said = format!("{error} {error:?} {error:#?}");
            assert!(!said.contains(MARK) && !said.contains("1234"), "{said}");
        }
    })
    .await;
}

#[tokio::test]
async fn rooms_of_a_system_are_listed_in_order() {
    both(|rooms| async move {
        assert_eq!(rooms.list("registry").unwrap(), []);
        assert!(rooms.existing(&name("991015")).unwrap().is_none());
        for code in ["991023", "991015"] {
            rooms.room(&name(code), &[MIGRATIONS]).unwrap();
        }
        rooms.room(&RoomName::national("registry_of_others"), &[MIGRATIONS]).unwrap();
        assert_eq!(rooms.list("registry").unwrap(), [name("991015"), name("991023")]);
        assert!(rooms.existing(&name("991015")).unwrap().is_some());
        assert_eq!(rooms.room(&RoomName::national("../x"), &[]).unwrap_err(), StoreError::BadName);
    })
    .await;
}

#[tokio::test]
async fn more_rooms_than_connections_take_turns() {
    both(|rooms| async move {
        let codes: Vec<String> = (991_000..991_200)
            .map(|code| format!("{code}"))
            .filter(|code| code.parse::<vocabulary::MunicipalityCode>().is_ok())
            .take(12)
            .collect();
        assert_eq!(codes.len(), 12);
        let rooms: Vec<Room> = codes.iter().map(|code| rooms.room(&name(code), &[MIGRATIONS]).unwrap()).collect();
        for round in 0..3_i64 {
            for (at, room) in rooms.iter().enumerate() {
                let id = round * 100 + at as i64;
                room.write(move |tx| insert(tx, id, &id.to_string())).await.unwrap();
            }
        }
        for room in &rooms {
            assert!(room.read(count).await.unwrap() >= 3);
        }
    })
    .await;
}

#[tokio::test]
async fn a_read_inside_a_read_goes_on_when_all_places_are_taken() {
    both(|rooms| async move {
        let room = room(&rooms);
        let all = std::sync::Arc::new(std::sync::Barrier::new(4));
        let reads: Vec<_> = (0..4)
            .map(|_| {
                let (room, all) = (room.clone(), all.clone());
                std::thread::spawn(move || {
                    room.clone().read_blocking(|tx| {
                        all.wait();
                        Ok::<_, StoreError>(count(tx)? + room.read_aside_blocking(count)?)
                    })
                })
            })
            .collect();
        for read in reads {
            assert_eq!(read.join().unwrap(), Ok(0));
        }
        // And inside a write.
        let inner = room.clone();
        assert_eq!(room.write(move |_| inner.read_aside_blocking(count)).await, Ok(0));
    })
    .await;
}

#[tokio::test]
async fn t_30_a_scrubbed_table_leaves_nothing_of_deleted_rows_in_its_files() {
    both(|rooms| async move {
        let room = room(&rooms);
        room.write(|tx| insert(tx, 1, "canary-8b1f2c")).await.unwrap();
        room.write(|tx| {
            insert(tx, 2, "stays")?;
            Ok::<_, StoreError>(diesel::delete(resident::table.find(1)).execute(tx)?)
        })
        .await
        .unwrap();
        room.scrub("resident").await.unwrap();
        assert_eq!(room.read(count).await, Ok(1));
        room.write(|tx| insert(tx, 3, "after")).await.unwrap();
        if let store::Data::Folder(folder) = rooms.data() {
            for file in std::fs::read_dir(folder.join("registry")).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                assert!(!bytes.windows(13).any(|window| window == b"canary-8b1f2c"));
            }
        }
    })
    .await;
}
