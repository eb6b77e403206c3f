//! W1 and W1b: files of the resident register, beside what a database alone does with them in the same run.
//!
//! `cargo bench -p registry` takes 1.1 million residents, `cargo bench -p registry -- 200000` fewer; a test run 2,000. Each database that there is:
//!
//! * W1b, first load. SQLite: beside prepared inserts of the same 24 columns, row by row in one transaction, with two indexes present.
//!   PostgreSQL: beside `COPY` of the same file into a table of 24 text columns without an index.
//! * W1, the full file a week later, 2 % of it changed. PostgreSQL: beside `COPY` into a temporary table and an upsert of what differs.
//!
//! The import decodes, checks every cell, seals every individual number, compares, keeps history and writes its entry in the record of use;
//! the baselines do none of that.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

mod baseline;
mod measure;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use registry::Desk;
use registry::files::encoding::Encoding;
use store::testing::both_blocking;
use store::{Data, Rooms};
use synth::{City, CityPlan, FIRST_CITY};
use vocabulary::{Entropy as _, MunicipalityCode, Purpose, SystemClock, SystemEntropy};

use measure::{Memory, say, timed};

const LARGE: u32 = 1_100_000;
const TEST: u32 = 2_000;

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
    let city = City::generate(&CityPlan::new(city(), residents, 7)).unwrap();
    city.write_residents_after(0, &first, synth::Encoding::Utf8).unwrap();
    city.write_residents_after(1, &later, synth::Encoding::Utf8).unwrap();
    Files { folder, first, later }
}

fn main() {
    let rows = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let test = !std::env::args().any(|argument| argument == "--bench");
    let files = files(rows.unwrap_or(if test { TEST } else { LARGE }));
    let bytes = std::fs::metadata(&files.first).unwrap().len();
    say(&format!("{} rows, {} MB", std::fs::read_to_string(&files.first).unwrap().lines().count() - 1, bytes / 1_000_000));
    both_blocking(|rooms| on_one_database(&rooms, &files));
}

fn on_one_database(rooms: &Rooms, files: &Files) {
    let embedded = matches!(rooms.data(), Data::Folder(_));
    let baseline = baseline::room(rooms);
    if embedded {
        let indexed = timed(|| baseline::insert_with_indexes(&baseline, &files.first));
        let (first, memory) = import(rooms, &files.first);
        report(
            "W1b SQLite: import, prepared inserts with two indexes",
            first,
            indexed,
            "≤ 0.60",
            first.as_secs_f64() / indexed.as_secs_f64(),
        );
        memory.say();
        let (later, memory) = import(rooms, &files.later);
        say(&format!("W1  SQLite: weekly file {later:.2?}"));
        memory.say();
    } else {
        let copied = timed(|| baseline::copy(&baseline, &files.first));
        let (first, memory) = import(rooms, &files.first);
        report("W1b PostgreSQL: import, COPY", first, copied, "≤ 1.25", first.as_secs_f64() / copied.as_secs_f64());
        memory.say();
        baseline::index(&baseline);
        let merged = timed(|| baseline::copy_and_merge(&baseline, &files.later));
        let (later, memory) = import(rooms, &files.later);
        report("W1  PostgreSQL: weekly file, COPY and merge", later, merged, "≤ 0.50", later.as_secs_f64() / merged.as_secs_f64());
        memory.say();
    }
}

fn import(rooms: &Rooms, file: &Path) -> (Duration, Memory) {
    let municipality = city();
    let desk =
        Desk::open(rooms, municipality, Arc::new(ledger::testing::master().unwrap()), Arc::new(SystemClock), Arc::new(SystemEntropy))
            .unwrap();
    let caller = ledger::testing::caller("bench", Purpose::ResidentImport);
    let memory = Memory::begin();
    let mut imported = None;
    let seconds = timed(|| imported = Some(desk.import_residents(&caller, file, Encoding::Auto, std::io::sink(), &mut |_| {}).unwrap()));
    say(&format!("    {imported:?}"));
    (seconds, memory.end())
}

fn report(what: &str, ours: Duration, theirs: Duration, goal: &str, ratio: f64) {
    say(&format!("{what}: {ours:.2?}, {theirs:.2?}, ratio {ratio:.2} (goal {goal})"));
}

fn city() -> MunicipalityCode {
    MunicipalityCode::parse(FIRST_CITY).unwrap()
}
