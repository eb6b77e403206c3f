//! W1 and W1b: files of the resident register, beside what a database alone does with them in the same run.
//!
//! `cargo bench -p registry` takes 1.1 million residents, `cargo bench -p registry -- 200000` fewer; a test run 2,000. Each database that there
//! is, some rounds (`-- --rounds 1`), ours and the baseline in turns, the best of each shown:
//!
//! * W1b, first load. SQLite: beside prepared inserts of the same 24 columns, row by row in one transaction, with two indexes present, on
//!   SQLite's own settings and again with the store's page cache.
//!   PostgreSQL: beside `COPY` of the same file into a table of 24 text columns without an index, and beside that and its three indexes.
//! * W1, the full file a week later, 2 % of it changed. PostgreSQL: beside `COPY` into a temporary table and an upsert of what differs.
//!
//! The import is the job that `kenshin registry import-residents` runs: it commits in portions, decodes, checks every cell, seals every
//! individual number, compares, keeps history and names everybody in the record of use; the baselines do none of that. Every one of them is
//! durable when it ends, as far as the server is (`fsync`, told below).
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

mod baseline;
#[path = "../shared/city.rs"]
mod city;
mod measure;
#[path = "../shared/plain.rs"]
mod plain;
#[path = "../shared/report.rs"]
mod report;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use store::testing::both_blocking;
use store::{Data, Rooms};
use synth::{City, CityPlan, FIRST_CITY, SECOND_CITY};
use vocabulary::{Entropy as _, MunicipalityCode, Purpose, SystemEntropy};

use measure::Memory;
use plain::timed;
use report::say;

const LARGE: u32 = 1_100_000;
const TEST: u32 = 2_000;
/// Whose rooms the rounds fill.
const CITIES: [&str; 2] = [FIRST_CITY, SECOND_CITY];

struct Files {
    folder: PathBuf,
    first: PathBuf,
    later: PathBuf,
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn files(residents: u32) -> Files {
    let folder = std::env::temp_dir().join(format!("kenshin-w1-{}", SystemEntropy.id128()));
    std::fs::create_dir_all(&folder).unwrap();
    let (first, later) = (folder.join("residents.csv"), folder.join("later.csv"));
    let city = City::generate(&CityPlan::new(MunicipalityCode::parse(FIRST_CITY).unwrap(), residents, 7)).unwrap();
    city.write_residents_after(0, &first, synth::Encoding::Utf8).unwrap();
    city.write_residents_after(1, &later, synth::Encoding::Utf8).unwrap();
    Files { folder, first, later }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1).and_then(|value| value.parse().ok());
    let rows = arguments.first().and_then(|argument| argument.parse().ok());
    let test = !arguments.iter().any(|argument| argument == "--bench");
    let rounds = after("--rounds").unwrap_or(if test { 1 } else { CITIES.len() }).min(CITIES.len());
    let files = files(rows.unwrap_or(if test { TEST } else { LARGE }));
    let bytes = std::fs::metadata(&files.first).unwrap().len();
    let rows = std::fs::read_to_string(&files.first).unwrap().lines().count() - 1;
    say(&format!("W1, W1b: {rows} rows, {} MB, best of {rounds}", bytes / 1_000_000));
    say(&format!("{:<58} {:>9} {:>9} {:>7}  goal", "work", "ours", "baseline", "ratio"));
    both_blocking(|rooms| on_one_database(&rooms, &files, rounds));
}

fn on_one_database(rooms: &Rooms, files: &Files, rounds: usize) {
    let mut best = Best::default();
    let embedded = matches!(rooms.data(), Data::Folder(_));
    let baseline = baseline::room(rooms);
    for code in CITIES.into_iter().take(rounds) {
        if !embedded {
            baseline::empty(&baseline);
        }
        // A round's residents come into a room of their own, which no file has reached yet.
        if embedded {
            for (what, settings) in [("indexed", baseline::PLAIN), ("cached", baseline::LARGE_CACHE)] {
                let folder = files.folder.join(format!("{what}-{code}"));
                std::fs::create_dir_all(&folder).unwrap();
                best.of(what, timed(|| baseline::insert_with_indexes(&folder.join("plain.sqlite"), &files.first, settings)));
                std::fs::remove_dir_all(folder).unwrap();
            }
        } else {
            let copied = timed(|| baseline::copy(&baseline, &files.first));
            best.of("copied", copied);
            best.of("indexed", copied + timed(|| baseline::index(&baseline)));
        }
        import(rooms, code, &files.first, "first", &mut best);
        if !embedded {
            best.of("merged", timed(|| baseline::copy_and_merge(&baseline, &files.later)));
        }
        import(rooms, code, &files.later, "weekly", &mut best);
    }
    if embedded {
        best.say("W1b SQLite: import, prepared inserts with two indexes", "first", "indexed", "≤ 0.60");
        best.say("W1b SQLite: the same, inserts with 64 MiB of page cache", "first", "cached", "");
        best.say("W1  SQLite: weekly file, all rows inserted as above", "weekly", "indexed", "");
    } else {
        say(&baseline::durable(&baseline));
        best.say("W1b PostgreSQL: import, COPY without an index", "first", "copied", "≤ 1.25");
        best.say("W1b PostgreSQL: import, COPY and its indexes", "first", "indexed", "");
        best.say("W1  PostgreSQL: weekly file, COPY and merge", "weekly", "merged", "≤ 0.50");
    }
    say(&format!("{:<58} {:>5} MiB                     ≤ 300", "    memory that an import adds to the program, at most", best.memory));
}

fn import(rooms: &Rooms, code: &str, file: &Path, what: &'static str, best: &mut Best) {
    let desk = city::desk(rooms, code);
    let caller = ledger::testing::caller("bench", Purpose::ResidentImport);
    let (before, memory) = (Memory::now(), Memory::begin());
    let begun = Instant::now();
    let imported = city::import_residents(&desk, &caller, file);
    let time = begun.elapsed();
    say(&format!(
        "    {what}: {before} MiB held before, {} MiB at most; {time:.2?}; +{} ~{} ={} !{}",
        memory.peak(),
        imported.added,
        imported.changed,
        imported.unchanged,
        imported.rejected
    ));
    best.of(what, time);
    best.memory = best.memory.max(memory.peak().saturating_sub(before));
}

/// The shortest time of each kind of work.
#[derive(Default)]
struct Best {
    times: BTreeMap<&'static str, Duration>,
    /// MiB that an import added to what the bench itself held.
    memory: u64,
}

impl Best {
    fn of(&mut self, what: &'static str, time: Duration) {
        self.times.entry(what).and_modify(|best| *best = time.min(*best)).or_insert(time);
    }

    fn say(&self, line: &str, ours: &str, theirs: &str, goal: &str) {
        let of = |what: &str| self.times.get(what).map_or(0.0, Duration::as_secs_f64);
        say(&format!("{line:<58} {:>7.2} s {:>7.2} s {:>7.2}  {goal}", of(ours), of(theirs), of(ours) / of(theirs)));
    }
}
