//! Recorded reads of one person at a steady rate, while a whole city is imported into the same room on SQLite: the first file straight in,
//! and the weekly file by way of the stage. Beside them, in the same run: the room before the import, and another room that is idle meanwhile
//! (which shares the machine, and not the writer).
//!
//! `cargo bench --bench beside -- [RESIDENTS]`: 1100000 for the figure of `docs/benchmarks.md`.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

#[path = "shared/city.rs"]
mod city;
#[path = "shared/report.rs"]
mod report;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use ledger::{Act, LedgerError, PersonId, Room};
use store::{Data, Rooms};
use synth::{City, CityPlan, FIRST_CITY, SECOND_CITY};
use vocabulary::{Entropy as _, MunicipalityCode, Purpose, SystemEntropy};

use report::say;

diesel::table! {
    resident (id) {
        id -> BigInt, version -> Integer, number -> Text, name -> Text, contact -> Binary, digest -> Binary, import -> BigInt,
    }
}

const DEFAULT: u32 = 100_000;
const TEST: u32 = 2_000;
/// Reads of a second.
const RATE: u32 = 100;
const READ: Act = Act::new("bench:residents.read");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let test = !arguments.iter().any(|argument| argument == "--bench");
    let residents = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(if test { TEST } else { DEFAULT });
    let folder = std::env::temp_dir().join(format!("kenshin-beside-{}", SystemEntropy.id128()));
    std::fs::create_dir_all(&folder).unwrap();
    let (first, later) = (folder.join("residents.csv"), folder.join("later.csv"));
    let city = City::generate(&CityPlan::new(MunicipalityCode::parse(FIRST_CITY).unwrap(), residents, 7)).unwrap();
    city.write_residents_after(0, &first, synth::Encoding::Utf8).unwrap();
    city.write_residents_after(1, &later, synth::Encoding::Utf8).unwrap();
    drop(city);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    run(&runtime, &folder, [("first file", first), ("weekly file", later)], residents, test);
    std::fs::remove_dir_all(folder).unwrap();
}

fn run(runtime: &tokio::runtime::Runtime, folder: &Path, files: [(&str, PathBuf); 2], residents: u32, test: bool) {
    let rooms = Rooms::open(Data::Folder(folder.join("data"))).unwrap();
    let [desk, idle] = [FIRST_CITY, SECOND_CITY].map(|code| city::desk(&rooms, code));
    let idle_for = Duration::from_secs(if test { 1 } else { 10 });
    say(&format!("reads of one person with their entries, {RATE} a second of each room, SQLite; {residents} residents are imported"));
    say(&format!("{:<44} {:>7} {:>9} {:>9} {:>9} {:>9}", "", "reads", "p50 ms", "p99 ms", "max ms", "ratio p99"));
    for (what, file) in files {
        let (alone, _) = runtime.block_on(async {
            let stop = Arc::new(AtomicBool::new(false));
            let reads = tokio::spawn(reads(desk.room().clone(), Arc::clone(&stop)));
            tokio::time::sleep(idle_for).await;
            stop.store(true, Ordering::Relaxed);
            (reads.await.unwrap(), ())
        });
        let began = Instant::now();
        let (beside, other) = runtime.block_on(async {
            let stop = Arc::new(AtomicBool::new(false));
            let [beside, other] = [&desk, &idle].map(|desk| tokio::spawn(reads(desk.room().clone(), Arc::clone(&stop))));
            let importing = desk.clone();
            let import = tokio::task::spawn_blocking(move || {
                let caller = ledger::testing::caller("bench", Purpose::ResidentImport);
                city::import_residents(&importing, &caller, &file)
            });
            let imported = import.await.unwrap();
            say(&format!(
                "{what}: {:.2} s, +{} ~{} !{}",
                began.elapsed().as_secs_f64(),
                imported.added,
                imported.changed,
                imported.rejected
            ));
            stop.store(true, Ordering::Relaxed);
            (beside.await.unwrap(), other.await.unwrap())
        });
        let idle_p99 = alone.at(0.99);
        for (line, reads) in [("the room before it", alone), ("the room while it is imported", beside), ("another room meanwhile", other)] {
            let [p50, p99, max] = [0.5, 0.99, 1.0].map(|part| reads.at(part));
            say(&format!("    {line:<40} {:>7} {p50:>9.2} {p99:>9.2} {max:>9.2} {:>9.1}", reads.0.len(), p99 / idle_p99));
        }
    }
}

/// How long reads took, in milliseconds, sorted.
struct Reads(Vec<f64>);

impl Reads {
    fn at(&self, part: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place among some thousands"
        )]
        let place = ((self.0.len() as f64 * part).ceil() as usize).clamp(1, self.0.len());
        self.0.get(place - 1).copied().unwrap_or(f64::NAN)
    }
}

/// Reads at the rate, whether earlier ones have been answered or not: each counts from when it was due.
async fn reads(room: Room, stop: Arc<AtomicBool>) -> Reads {
    let caller = ledger::testing::caller("bench", Purpose::Consultation);
    let began = Instant::now();
    let mut under_way = Vec::new();
    for turn in 0_u32.. {
        let due = began + Duration::from_secs(1) * turn / RATE;
        tokio::time::sleep_until(due.into()).await;
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let (room, caller, number) = (room.clone(), caller.clone(), (u64::from(turn) * 7_919 % 90_000 + 1).to_string());
        let vault = room.vault().clone();
        under_way.push(tokio::spawn(async move {
            let of = number.clone();
            let found = room.see_person(&caller, READ, PersonId::new(number), move |tx| {
                let columns = (resident::id, resident::version, resident::name, resident::contact, resident::digest, resident::import);
                let one = resident::table.filter(resident::number.eq(&of)).select(columns);
                type Row = (i64, i32, String, Vec<u8>, Vec<u8>, i64);
                let Some((id, version, name, sealed, digest, import)) = one.first::<Row>(tx).optional()? else { return Ok(None) };
                let key = [id.to_be_bytes().as_slice(), &version.to_be_bytes()].concat();
                let beside = [of.as_bytes(), &digest, &import.to_be_bytes()];
                let cell = vault::Cell::new("resident", &key, "contact").beside(&beside);
                Ok::<_, LedgerError>(Some((name, vault.open_cell(&cell, &sealed).unwrap())))
            });
            std::hint::black_box(found.await.unwrap());
            due.elapsed().as_secs_f64() * 1_000.0
        }));
    }
    let mut times = Vec::with_capacity(under_way.len());
    for read in under_way {
        times.push(read.await.unwrap());
    }
    times.sort_unstable_by(f64::total_cmp);
    Reads(times)
}
