//! Bulk load (W1b): rows of 24 columns with two indexes into an empty table, on both databases.
//!
//! `cargo bench -p store` loads 100,000 rows; `cargo bench -p store -- 1100000` a large city.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

use std::cell::RefCell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use diesel::prelude::*;
use store::testing::both_blocking;
use store::{Data, Loader, Migration, Migrations, Room, RoomName, Rooms, StoreError, Tx};

diesel::table! {
    resident (id) {
        id -> BigInt,
        number -> Text, household -> Text, name -> Text, name_kana -> Text, former_name -> Nullable<Text>,
        postcode -> Text, address -> Text, address_detail -> Nullable<Text>, ward -> Text, district -> Text, phone -> Nullable<Text>,
        born -> Integer, moved_in -> Integer, moved_out -> Nullable<Integer>, died -> Nullable<Integer>, updated -> BigInt,
        sex -> SmallInt, insured -> SmallInt, protected -> SmallInt, kind -> SmallInt,
        batch -> BigInt, digest -> Binary, sealed -> Binary,
    }
}

const MIGRATIONS: Migrations = Migrations::new(
    "bench",
    &[Migration::new(
        "0001_resident",
        "CREATE TABLE resident (id {id} PRIMARY KEY, number TEXT NOT NULL, household TEXT NOT NULL, name TEXT NOT NULL, name_kana TEXT NOT NULL, \
         former_name TEXT, postcode TEXT NOT NULL, address TEXT NOT NULL, address_detail TEXT, ward TEXT NOT NULL, district TEXT NOT NULL, \
         phone TEXT, born INTEGER NOT NULL, moved_in INTEGER NOT NULL, moved_out INTEGER, died INTEGER, updated BIGINT NOT NULL, \
         sex SMALLINT NOT NULL, insured SMALLINT NOT NULL, protected SMALLINT NOT NULL, kind SMALLINT NOT NULL, batch BIGINT NOT NULL, \
         digest {bytes} NOT NULL, sealed {bytes} NOT NULL); \
         CREATE INDEX resident_number ON resident (number); CREATE INDEX resident_name ON resident (name_kana, born);",
    )],
);

/// Scatters a row's number, so that indexed values come in no order.
fn scattered(id: i64) -> u64 {
    id.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn rows(rows: &mut Loader<'_>, count: i64) -> Result<(), StoreError> {
    for id in 0..count {
        let hash = scattered(id);
        let number = format!("{:012}", hash % 1_000_000_000_000);
        let household = format!("{:012}", (id / 2) * 7);
        let kana = format!("ケンシン{:05} ハナコ{:03}", hash % 99_991, hash % 997);
        let born = 19_300_101 + i32::try_from(hash % 90).unwrap_or(0) * 10_000;
        let digest = [hash.to_be_bytes(), hash.to_le_bytes()].concat();
        let sealed = [digest.as_slice(), &digest, &[7; 12]].concat();
        rows.push(|row| {
            row.int(id).text(&number).text(&household).text("検診 花子").text(&kana).null();
            row.text("9990001").text("架空県検診市中央区本町一丁目").text("2番3号").text("中央").text("本町").null();
            row.int(born).int(20_100_401).null().null().int(1_775_000_000_000_i64);
            row.int(i16::from(hash.is_multiple_of(2)) + 1).int(1).int(0).int(3);
            row.int(1).bytes(&digest).bytes(&sealed)
        })?;
    }
    Ok(())
}

fn all() -> impl store::Columns {
    use resident::*;
    (
        id,
        number,
        household,
        name,
        name_kana,
        former_name,
        postcode,
        address,
        address_detail,
        ward,
        district,
        phone,
        born,
        moved_in,
        moved_out,
        died,
        updated,
        sex,
        insured,
        protected,
        kind,
        batch,
        digest,
        sealed,
    )
}

fn load(tx: &mut Tx, count: i64) -> Result<(), StoreError> {
    store::postpone_indexes(tx, "resident")?;
    store::load(tx, all(), |loader| rows(loader, count))?;
    store::make_indexes(tx, "resident")?;
    store::analyze(tx, "resident")
}

/// What the load is compared with: the indexes stay while the rows come.
fn load_indexed(tx: &mut Tx, count: i64) -> Result<(), StoreError> {
    store::load(tx, all(), |loader| rows(loader, count)).map(|_| ())
}

/// An empty room: on SQLite a new file, because pages that were freed before are slower to fill than new ones.
fn empty(rooms: &Rooms) -> Room {
    let name = RoomName::national("bench");
    if let Data::Folder(folder) = rooms.data() {
        std::fs::remove_dir_all(folder).unwrap_or_default();
        let rooms = Rooms::open(rooms.data().clone()).unwrap();
        return rooms.room(&name, &[MIGRATIONS]).unwrap();
    }
    let room = rooms.room(&name, &[MIGRATIONS]).unwrap();
    room.write_blocking(|tx| Ok::<_, StoreError>(diesel::sql_query("TRUNCATE resident").execute(tx)?)).unwrap();
    room
}

fn bench(criterion: &mut Criterion) {
    let criterion = RefCell::new(criterion);
    both_blocking(|rooms| {
        let mut criterion = criterion.borrow_mut();
        let database = if matches!(rooms.data(), Data::Folder(_)) { "sqlite" } else { "postgres" };
        let mut group = criterion.benchmark_group(format!("load/{database}"));
        group.sample_size(10).warm_up_time(Duration::from_millis(1));
        // A large city takes minutes: only when it is asked for.
        let large = std::env::args().any(|argument| argument == "1100000");
        for count in if large { [1_100_000].as_slice() } else { &[100_000] }.iter().copied() {
            group.throughput(Throughput::Elements(count));
            let count = i64::try_from(count).unwrap_or(0);
            for (name, run) in [("first", load as fn(&mut Tx, i64) -> Result<(), StoreError>), ("indexed", load_indexed)] {
                group.bench_function(BenchmarkId::new(name, count), |bencher| {
                    bencher.iter_custom(|times| {
                        let mut spent = Duration::ZERO;
                        for _ in 0..times {
                            let room = empty(&rooms);
                            let start = Instant::now();
                            black_box(room.write_blocking(|tx| run(tx, count))).unwrap();
                            spent += start.elapsed();
                        }
                        spent
                    });
                });
            }
        }
        group.finish();
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
