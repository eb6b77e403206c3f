//! The import of results: one record of a colorectal screening for each resident, beside prepared inserts of the same file's columns into a
//! plain table with two indexes in one transaction. The import checks every cell, seals every record, derives what it proves, keeps what it
//! needs to know it again, names everybody in the record of use, and commits in portions; the baseline does none of that.
//!
//! `cargo bench --bench results -- [RESIDENTS]`.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

#[path = "shared/city.rs"]
mod city;
#[path = "shared/plain.rs"]
mod plain;
#[path = "shared/report.rs"]
mod report;

use std::fmt::Write as _;
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use protocol::messages::registry::{ImportResults, ImportedResults};
use store::testing::both_blocking;
use store::{Data, Rooms};
use synth::{City, CityPlan, FIRST_CITY};
use vocabulary::{Entropy as _, MunicipalityCode, Purpose, SystemEntropy};

use plain::{Insert, timed};
use report::say;

const DEFAULT: u32 = 100_000;
const TEST: u32 = 1_000;
const RECORD: u16 = 4;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let test = !arguments.iter().any(|argument| argument == "--bench");
    let residents = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(if test { TEST } else { DEFAULT });
    let folder = std::env::temp_dir().join(format!("kenshin-results-{}", SystemEntropy.id128()));
    std::fs::create_dir_all(&folder).unwrap();
    let (people, results) = (folder.join("residents.csv"), folder.join("results.csv"));
    let city = City::generate(&CityPlan::new(MunicipalityCode::parse(FIRST_CITY).unwrap(), residents, 7)).unwrap();
    city.write_residents_after(0, &people, synth::Encoding::Utf8).unwrap();
    drop(city);
    let rows = write_results(&people, &results);
    let bytes = std::fs::metadata(&results).unwrap().len();
    say(&format!("import of results: {rows} records of record type {RECORD}, {} MB", bytes / 1_000_000));
    both_blocking(|rooms| on_one_database(&rooms, &folder, (&people, &results), rows));
    std::fs::remove_dir_all(folder).unwrap();
}

fn on_one_database(rooms: &Rooms, folder: &Path, (people, results): (&Path, &Path), rows: u32) {
    let name = if matches!(rooms.data(), Data::Folder(_)) { "SQLite" } else { "PostgreSQL" };
    let desk = city::desk(rooms, FIRST_CITY);
    let caller = ledger::testing::caller("bench", Purpose::ResultEntry);
    city::import_residents(&desk, &caller, people);
    let plain = timed(|| insert(&folder.join(format!("{name}.sqlite")), results)).as_secs_f64();
    let import = |expected: [u64; 2]| {
        let work = ImportResults { record_type: RECORD, file: results.display().to_string(), ..ImportResults::default() };
        let mut imported = ImportedResults::default();
        let time = timed(|| imported = city::take_in(&desk, &caller, (registry::results::IMPORT_JOB, &work), results));
        assert_eq!([imported.added, imported.unchanged], expected);
        time.as_secs_f64()
    };
    let rows_64 = u64::from(rows);
    let (first, again) = (import([rows_64, 0]), import([0, rows_64]));
    let line = |what: &str, time: f64| {
        say(&format!(
            "    {name}: {what:<32} {time:>7.2} s {:>9.0} rows/s, {:.2} of plain inserts on SQLite",
            f64::from(rows) / time,
            time / plain
        ));
    };
    line("plain inserts, two indexes", plain);
    line("import", first);
    line("the same file again", again);
}

/// A record for each resident of a file → how many.
fn write_results(people: &Path, results: &Path) -> u32 {
    let catalogue = catalogue::Catalogue::built_in().unwrap();
    let record = catalogue.record(RECORD).unwrap();
    let mut text = record.header().collect::<Vec<_>>().join(",") + "\n";
    let mut rows = 0;
    for (at, line) in std::fs::read_to_string(people).unwrap().lines().skip(1).enumerate() {
        let number = line.split(',').next().unwrap_or_default();
        rows += 1;
        let cells = record.items.iter().map(|item| match item.id.as_str() {
            "resident_number" => number.to_owned(),
            "fiscal_year" => "2026".to_owned(),
            "examined_on" => format!("2026-{:02}-{:02}", 4 + at % 8, 1 + at % 28),
            "judgement" => "1".to_owned(),
            "remarks" => format!("記録{at}"),
            _ => String::new(),
        });
        writeln!(text, "{}", cells.collect::<Vec<_>>().join(",")).unwrap();
    }
    std::fs::write(results, text).unwrap();
    rows
}

/// Prepared single-row inserts of all columns as texts, two indexes, one durable transaction, with the store's page cache.
fn insert(place: &Path, file: &Path) {
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_path(file).unwrap();
    let columns = reader.headers().unwrap().len();
    let mut connection = SqliteConnection::establish(&place.display().to_string()).unwrap();
    connection.batch_execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536").unwrap();
    let names = (0..columns).map(|at| format!("c{at} TEXT NOT NULL")).collect::<Vec<_>>().join(", ");
    connection.batch_execute(&format!("CREATE TABLE plain ({names})")).unwrap();
    connection.batch_execute("CREATE INDEX plain_person ON plain (c0, c1); CREATE INDEX plain_year ON plain (c4, c5)").unwrap();
    connection
        .transaction(|connection| {
            let mut record = csv::StringRecord::new();
            while reader.read_record(&mut record).unwrap() {
                Insert(&record).execute(connection)?;
            }
            QueryResult::Ok(())
        })
        .unwrap();
}
