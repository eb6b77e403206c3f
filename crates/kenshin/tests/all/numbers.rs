//! The canary: after the ring no individual number of the input stands anywhere else in plain form — no file, no table, no line of a log at
//! its most talkative, no report, no page.

mod pages;
mod scan;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::city::rows;
use crate::support::place::{Place, on_both};
use crate::support::program::{Done, demo, psql};
use scan::Numbers;

/// People in each city.
const RESIDENTS: u32 = 1_000;

#[test]
fn t_06_no_individual_number_stands_in_plain_form_outside_the_input_files() {
    on_both(|place| {
        let done: Done = demo(place, RESIDENTS).env("RUST_LOG", "trace").output().unwrap().into();
        let done = done.ended(0);
        let numbers = Numbers::new(individual_numbers(place));
        assert!(numbers.len() > 1_500, "{} numbers", numbers.len());
        assert!(done.err.lines().count() > 1_000, "the log is at its most talkative");
        let mut found: Vec<String> = Vec::new();
        let mut look = |what: &str, bytes: &[u8]| found.extend(numbers.find(bytes).map(|form| format!("{what}: as {form}")));
        look("standard output", done.out.as_bytes());
        look("standard error", done.err.as_bytes());
        look("the report", &fs::read(place.beside("report.json")).unwrap());
        for (page, body) in pages::read(place, RESIDENTS) {
            look(&page, &body);
        }
        let rooms = if place.data().starts_with("postgres") { tables(place) } else { PathBuf::from(place.data()) };
        let rooms = files(&rooms, Path::new(""));
        for file in rooms.iter().chain(&files(place.files(), &place.files().join("input"))) {
            look(&file.display().to_string(), &fs::read(file).unwrap());
        }
        assert!(found.is_empty(), "individual numbers in plain form: {found:#?}");
        covered(&rooms.iter().filter_map(|file| system(file)).collect());
    });
}

/// Every table of the database, written out by PostgreSQL itself as the bytes of its values: `room.table` files in a folder.
fn tables(place: &Place) -> PathBuf {
    let folder = place.beside("tables");
    fs::create_dir(&folder).unwrap();
    let names =
        asked(place, "select schemaname || '.' || tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')");
    // Only a room's own role may look into it.
    let copy = |name: &str| {
        let role = name.split('.').next().unwrap();
        format!("set role {role};\n\\copy {name} to '{}' (format binary)\nreset role;", folder.join(name).display())
    };
    let copies: Vec<String> = names.lines().map(copy).collect();
    asked(place, &copies.join("\n"));
    folder
}

fn asked(place: &Place, script: &str) -> String {
    let file = place.beside("script.sql");
    fs::write(&file, script).unwrap();
    let done = psql(place, &file).ended(0);
    assert_eq!(done.err, "");
    done.out
}

/// Whose room a file holds: `hub_edge/national.sqlite`, `hub_edge_national.binding`.
fn system(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?;
    let system = match name.ends_with(".sqlite") {
        true => file.parent()?.file_name()?.to_str()?,
        false => name.split_once('.')?.0.rsplit_once('_')?.0,
    };
    Some(system.replace('_', "-"))
}

/// The scan saw the rooms of everybody, the private and the public side.
fn covered(systems: &BTreeSet<String>) {
    for system in
        ["registry", "atena", "relay", "hub-core", "hub-edge", "portal", "online-eligibility", "payers-hub", "network", "resident-network"]
    {
        assert!(systems.contains(system), "no room of {system} was scanned: {systems:?}");
    }
}

/// Every 個人番号 of both cities' registers.
fn individual_numbers(place: &Place) -> Vec<String> {
    let mut numbers = Vec::new();
    for city in ["991015", "992020"] {
        for file in ["residents.csv", "weekly-01.csv"] {
            let rows = rows(&place.files().join("input").join(city).join(file));
            numbers.extend(rows.into_iter().map(|row| row["個人番号"].clone()).filter(|number| !number.is_empty()));
        }
    }
    numbers
}

/// Every file below a folder but those below `except`.
fn files(folder: &Path, except: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path != except {
            found.extend(files(&path, except));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}
