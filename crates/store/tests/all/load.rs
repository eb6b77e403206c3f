//! Bulk load, upserts and streams, on both databases.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use store::testing::{both_blocking, schema};
use store::{ConstraintKind, Migration, Migrations, Room, RoomName, Rooms, StoreError, Tx};

diesel::table! {
    item (id) {
        id -> BigInt,
        small -> SmallInt,
        whole -> Nullable<Integer>,
        long -> Nullable<BigInt>,
        share -> Nullable<Double>,
        text -> Text,
        bytes -> Nullable<Binary>,
    }
}

const MIGRATIONS: Migrations = Migrations::new(
    "example",
    &[Migration::new(
        "0001_item",
        "CREATE TABLE item (id {id} PRIMARY KEY, small SMALLINT NOT NULL, whole INTEGER, long BIGINT, share DOUBLE PRECISION, text TEXT NOT NULL, \
         bytes {bytes}); CREATE UNIQUE INDEX item_text ON item (text); CREATE INDEX item_whole ON item (whole, small);",
    )],
);

#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = item, treat_none_as_default_value = false)]
struct Item {
    id: i64,
    small: i16,
    whole: Option<i32>,
    long: Option<i64>,
    share: Option<f64>,
    text: String,
    bytes: Option<Vec<u8>>,
}

fn item_of(id: i64) -> Item {
    let odd = id % 2 == 1;
    Item {
        id,
        small: -7,
        whole: odd.then_some(i32::MIN),
        long: odd.then_some(i64::MAX - id),
        share: odd.then_some(0.1),
        text: format!("検診\t\"{id}\"\\N\n髙﨑\u{e0100}"),
        bytes: odd.then(|| vec![0, 255, 10, 92]),
    }
}

fn room(rooms: &Rooms) -> Room {
    rooms.room(&RoomName::national("example"), &[MIGRATIONS]).unwrap()
}

fn all() -> impl store::Columns {
    (item::id, item::small, item::whole, item::long, item::share, item::text, item::bytes)
}

fn load(tx: &mut Tx, items: &[Item]) -> Result<u64, StoreError> {
    store::load(tx, all(), |rows| items.iter().try_for_each(|item| rows.push(|row| fill(row, item))))
}

fn fill<'r, 's>(row: &'r mut store::Row<'s>, item: &Item) -> &'r mut store::Row<'s> {
    row.int(item.id).int(item.small).maybe_int(item.whole).maybe_int(item.long);
    match item.share {
        Some(share) => row.double(share),
        None => row.null(),
    };
    row.text(&item.text).maybe_bytes(item.bytes.as_deref())
}

fn items(tx: &mut Tx) -> Result<Vec<Item>, StoreError> {
    Ok(item::table.order(item::id).load(tx)?)
}

#[test]
fn what_is_loaded_is_what_is_read() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        // Around the number of rows of one statement.
        for count in [0_i64, 1, 31, 32, 33, 100] {
            let expected: Vec<Item> = (0..count).map(item_of).collect();
            let loaded = room.write_blocking(|tx| {
                diesel::delete(item::table).execute(tx)?;
                load(tx, &expected)
            });
            assert_eq!(loaded, Ok(expected.len() as u64));
            assert_eq!(room.read_blocking(items).unwrap(), expected);
        }
    });
}

#[test]
fn rows_encoded_on_another_thread_are_loaded_as_pushed_ones_are() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        let whole: Vec<Item> = (0..150).map(item_of).collect();
        let encoded = std::thread::scope(|scope| {
            let encode = || {
                let mut rows = store::Encoded::new(&room, 0).unwrap();
                for item in &whole[1..] {
                    rows.push(|row| fill(row, item)).unwrap();
                }
                of(all, rows)
            };
            scope.spawn(encode).join().unwrap()
        });
        assert_eq!((encoded.len(), encoded.is_empty()), (149, false));
        let count = room.write_blocking(|tx| {
            store::load(tx, all(), |rows| {
                rows.push(|row| fill(row, &whole[0]))?;
                rows.append(&encoded)?;
                Ok::<_, StoreError>(())
            })
        });
        assert_eq!(count.unwrap(), 150);
        assert_eq!(room.read_blocking(items).unwrap(), whole);
    });
}

/// Rows whose columns are those of `columns`.
fn of<C: store::Columns>(_: fn() -> C, rows: store::Encoded<C>) -> store::Encoded<C> {
    rows
}

#[test]
fn encoded_rows_that_are_not_whole_or_of_another_table_are_refused() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        let mut short = store::Encoded::<(item::id, item::text)>::new(&room, 0).unwrap();
        assert!(matches!(short.push(|row| row.int(1)), Err(StoreError::Load { .. })));
        let mut narrow = store::Encoded::<(item::id, item::text)>::new(&room, 0).unwrap();
        narrow.push(|row| row.int(1).text("a")).unwrap();
        let outcome = room.write_blocking(|tx| store::load(tx, all(), |rows| rows.append(&narrow)));
        assert!(matches!(outcome, Err(StoreError::Load { .. })), "{outcome:?}");
        assert_eq!(room.read_blocking(items).unwrap(), []);
    });
}

#[test]
fn a_row_that_does_not_fit_is_refused_and_nothing_is_loaded() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        type Fill = for<'r, 's> fn(&'r mut store::Row<'s>) -> &'r mut store::Row<'s>;
        let bad: [(Fill, &str); 6] = [
            (|row| row.int(2), "fewer"),
            (|row| row.int(2).int(1).null().null().null().text("b").null().null(), "more"),
            (|row| row.int(2).text("b"), "type"),
            (|row| row.int(2).int(40_000).null().null().null().text("b").null(), "range"),
            (|row| row.int(2).int(1).int(i64::from(i32::MAX) + 1).null().null().text("b").null(), "range"),
            (|row| row.int(2).int(1).null().null().null().text("b\0").null(), "zero"),
        ];
        for (fill, says) in bad {
            let error = room
                .write_blocking(|tx| {
                    store::load(tx, all(), |rows| {
                        rows.push(|row| row.int(1).int(1).null().null().null().text("a").null())?;
                        rows.push(fill)
                    })
                })
                .unwrap_err();
            assert!(matches!(&error, StoreError::Load { table, problem } if table == "item" && problem.contains(says)), "{error:?}");
            assert_eq!(room.read_blocking(items).unwrap(), []);
        }
    });
}

#[test]
fn the_callers_own_error_ends_a_load_and_comes_back() {
    #[derive(Debug, PartialEq, thiserror::Error)]
    enum Own {
        #[error("line {0}")]
        Line(u32),
        #[error(transparent)]
        Store(#[from] StoreError),
    }
    store::driver_errors!(Own);
    both_blocking(|rooms| {
        let room = room(&rooms);
        let outcome = room.write_blocking(|tx| {
            store::load(tx, all(), |rows| {
                rows.push(|row| row.int(1).int(1).null().null().null().text("a").null())?;
                Err(Own::Line(7))
            })
        });
        assert_eq!(outcome, Err(Own::Line(7)));
        assert_eq!(room.read_blocking(items).unwrap(), []);
        room.write_blocking(|tx| load(tx, &[item_of(1)])).unwrap();
    });
}

#[test]
fn a_duplicate_in_a_load_names_the_table_and_not_the_value() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        let twice = [item_of(1), Item { id: 2, ..item_of(1) }];
        let error = room.write_blocking(|tx| load(tx, &twice)).unwrap_err();
        assert!(error.is_duplicate_in("item"), "{error:?}");
        assert!(!format!("{error:?}{error}").contains('検'));
        assert_eq!(room.read_blocking(items).unwrap(), []);
    });
}

#[test]
fn indexes_are_made_again_after_a_first_load_and_stay_during_a_second() {
    fn indexes(tx: &mut Tx) -> Result<usize, StoreError> {
        #[derive(QueryableByName)]
        #[expect(dead_code, reason = "only counted")]
        struct Name {
            #[diesel(sql_type = Text)]
            name: String,
        }
        let sql = match tx {
            Tx::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE name = 'item_whole'",
            Tx::Postgres(_) => "SELECT indexname::text AS name FROM pg_indexes WHERE indexname = 'item_whole'",
        };
        Ok(sql_query(sql).load::<Name>(tx)?.len())
    }
    both_blocking(|rooms| {
        let room = room(&rooms);
        let before = schema(&room).unwrap();
        for (start, during) in [(0, 0), (100, 1)] {
            // in as many transactions as it takes
            room.write_blocking(|tx| store::postpone_indexes(tx, "item")).unwrap();
            for part in [start..start + 50, start + 50..start + 100] {
                let items: Vec<Item> = part.map(item_of).collect();
                room.write_blocking(|tx| {
                    assert_eq!(indexes(tx)?, during);
                    load(tx, &items)
                })
                .unwrap();
            }
            room.write_blocking(|tx| {
                store::make_indexes(tx, "item")?;
                assert_eq!(indexes(tx)?, 1);
                store::analyze(tx, "item")
            })
            .unwrap();
            assert_eq!(schema(&room).unwrap(), before);
        }
        assert_eq!(room.read_blocking(items).unwrap().len(), 200);
    });
}

#[test]
fn whoever_comes_after_a_load_that_broke_off_makes_the_indexes() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        let before = schema(&room).unwrap();
        room.write_blocking(|tx| store::postpone_indexes(tx, "item")).unwrap();
        assert_ne!(schema(&room).unwrap(), before);
        let failed = room.write_blocking(|tx| {
            store::make_indexes(tx, "item")?;
            Err::<(), _>(StoreError::NotFound)
        });
        assert_eq!(failed, Err(StoreError::NotFound));
        // postponed again by another attempt: what they are is still known
        room.write_blocking(|tx| store::postpone_indexes(tx, "item")).unwrap();
        for _ in 0..2 {
            room.write_blocking(|tx| store::make_indexes(tx, "item")).unwrap();
            assert_eq!(schema(&room).unwrap(), before);
        }
    });
}

#[test]
fn an_upsert_inserts_or_changes() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        let read = room
            .write_blocking(|tx| {
                for (small, text) in [(1_i16, "a"), (2, "b")] {
                    let row = Item { small, text: text.to_owned(), ..item_of(4) };
                    let changes = (item::small.eq(store::excluded(item::small)), item::text.eq(store::excluded(item::text)));
                    assert_eq!(store::upsert!(tx, item::table, &row, (item::id), changes)?, 1);
                }
                let rows = [Item { small: 3, ..item_of(4) }, item_of(6)];
                assert_eq!(store::upsert!(tx, item::table, &rows[..], (item::id), item::small.eq(store::excluded(item::small)))?, 2);
                items(tx)
            })
            .unwrap();
        assert_eq!(read, [Item { small: 3, text: "b".to_owned(), ..item_of(4) }, item_of(6)]);
    });
}

#[test]
fn an_insert_that_may_be_ignored_leaves_the_row_that_is_there() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        room.write_blocking(|tx| {
            assert_eq!(store::insert_ignore!(tx, item::table, &item_of(1))?, 1);
            assert_eq!(store::insert_ignore!(tx, item::table, &Item { small: 9, ..item_of(1) })?, 0);
            assert_eq!(store::insert_ignore!(tx, item::table, &Item { small: 9, ..item_of(1) }, (item::id))?, 0);
            assert_eq!(items(tx)?, [item_of(1)]);
            // Another rule than the named one still refuses.
            let error = store::insert_ignore!(tx, item::table, &Item { id: 2, ..item_of(1) }, (item::id)).unwrap_err();
            assert!(matches!(error, StoreError::Constraint { kind: ConstraintKind::Unique, .. }));
            Err::<(), _>(error)
        })
        .unwrap_err();
    });
}

#[test]
fn many_rows_are_inserted_in_pieces() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        let rows: Vec<Item> = (0..450).map(item_of).collect();
        assert_eq!(room.write_blocking(|tx| store::insert_many!(tx, item::table, &rows)), Ok(450));
        assert_eq!(room.read_blocking(items).unwrap(), rows);
        assert_eq!(room.write_blocking(|tx| store::insert_many!(tx, item::table, &Vec::<Item>::new())), Ok(0));
    });
}

#[test]
fn a_stream_gives_each_row_and_ends_at_an_error() {
    both_blocking(|rooms| {
        let room = room(&rooms);
        let expected: Vec<Item> = (0..100).map(item_of).collect();
        room.write_blocking(|tx| load(tx, &expected)).unwrap();
        let mut seen = Vec::new();
        let count = room.read_blocking(|tx| {
            store::stream!(tx, item::table.order(item::id), Item, |row| {
                seen.push(row);
                Ok::<_, StoreError>(())
            })
        });
        assert_eq!(count, Ok(100));
        assert_eq!(seen, expected);
        let mut count = 0;
        let outcome: Result<u64, StoreError> = room.read_blocking(|tx| {
            let outcome = store::stream!(tx, item::table.select(item::id), i64, |_| {
                count += 1;
                if count == 10 { Err(StoreError::NotFound) } else { Ok(()) }
            });
            // The connection is of use again at once.
            assert_eq!(items(tx)?.len(), 100);
            outcome
        });
        assert_eq!((outcome, count), (Err(StoreError::NotFound), 10));
    });
}
