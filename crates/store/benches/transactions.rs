//! What one small transaction costs on each database: a read of one row, a durable write of one row.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

use std::cell::{Cell, RefCell};
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use diesel::prelude::*;
use store::testing::both_blocking;
use store::{Data, Migration, Migrations, RoomName, StoreError};

diesel::table! { note (id) { id -> BigInt, text -> Text, } }

const MIGRATIONS: Migrations =
    Migrations::new("bench", &[Migration::new("0001_note", "CREATE TABLE note (id {id} PRIMARY KEY, text TEXT NOT NULL)")]);

fn bench(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let criterion = RefCell::new(criterion);
    both_blocking(|rooms| {
        let mut criterion = criterion.borrow_mut();
        let database = if matches!(rooms.data(), Data::Folder(_)) { "sqlite" } else { "postgres" };
        let room = rooms.room(&RoomName::national("bench"), &[MIGRATIONS]).unwrap();
        room.write_blocking(|tx| {
            store::load(tx, (note::id, note::text), |rows| (0..10_000).try_for_each(|id| rows.push(|row| row.int(id).text("a note"))))
        })
        .unwrap();
        let mut group = criterion.benchmark_group(format!("transactions/{database}"));
        group.measurement_time(Duration::from_secs(3));
        group.bench_function("read", |bencher| {
            let mut id = 0;
            bencher.iter(|| {
                id = (id + 7_919) % 10_000;
                let find = move |tx: &mut store::Tx| Ok::<String, StoreError>(note::table.find(id).select(note::text).first(tx)?);
                runtime.block_on(room.read(find)).unwrap()
            });
        });
        let next = Cell::new(10_000_i64);
        group.bench_function("write", |bencher| {
            bencher.iter(|| {
                let id = next.replace(next.get() + 1);
                let insert = move |tx: &mut store::Tx| {
                    diesel::insert_into(note::table).values((note::id.eq(id), note::text.eq("a note"))).execute(tx)?;
                    Ok::<_, StoreError>(())
                };
                runtime.block_on(room.write(insert)).unwrap();
            });
        });
        group.finish();
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
