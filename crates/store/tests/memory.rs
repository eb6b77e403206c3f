//! Loading and streaming take memory that does not grow with the number of rows. Alone in its program, because it looks at all of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use store::testing::both_blocking;
use store::{Migration, Migrations, RoomName, StoreError};

diesel::table! { wide (id) { id -> BigInt, text -> Text, } }

const MIGRATIONS: Migrations =
    Migrations::new("example", &[Migration::new("0001_wide", "CREATE TABLE wide (id {id} PRIMARY KEY, text TEXT NOT NULL)")]);

const ROWS: i64 = 120_000;
const WIDTH: usize = 1_000;

/// Forgets the peak, so that what an earlier database took hides nothing. Where the kernel does not offer it, the peak stays as it is.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory this program had since the peak was forgotten, in bytes. The kernel sums it up from counters of each core, so that a later answer may be a little
/// smaller than an earlier one.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[test]
fn a_load_and_a_stream_of_120_mb_take_less_than_a_third_of_it() {
    both_blocking(|rooms| {
        let room = rooms.room(&RoomName::national("example"), &[MIGRATIONS]).unwrap();
        let text = "x".repeat(WIDTH);
        forget_peak();
        let before = peak();
        let loaded = room.write_blocking(|tx| {
            store::load(tx, (wide::id, wide::text), |rows| (0..ROWS).try_for_each(|id| rows.push(|row| row.int(id).text(&text))))
        });
        assert_eq!(loaded, Ok(120_000));
        let load = peak().saturating_sub(before);
        forget_peak();
        let between = peak();
        let mut bytes = 0;
        let seen = room.read_blocking(|tx| {
            store::stream!(tx, wide::table, (i64, String), |row| {
                bytes += row.1.len();
                Ok::<_, StoreError>(())
            })
        });
        assert_eq!((seen, bytes), (Ok(120_000), 120_000 * WIDTH));
        let stream = peak().saturating_sub(between);
        // SQLite's writer keeps up to 64 MiB of pages; the program's own part is far smaller.
        let allowed = if room.is_embedded() { 90 << 20 } else { 8 << 20 };
        assert!(load < allowed, "the load took {} MiB", load >> 20);
        assert!(stream < 12 << 20, "the stream took {} MiB", stream >> 20);
    });
}
