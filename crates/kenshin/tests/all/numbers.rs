//! The canary: after the ring no individual number of the input stands anywhere else in plain form — no file, no line of a log, no report.

mod scan;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::city::rows;
use crate::support::place::Place;
use crate::support::program::{Done, demo};
use scan::Numbers;

/// People in each city.
const RESIDENTS: u32 = 1_000;

#[test]
fn no_individual_number_stands_in_plain_form_outside_the_input_files() {
    let place = Place::folder();
    let done: Done = demo(&place, RESIDENTS).output().unwrap().into();
    let done = done.ended(0);
    let numbers = Numbers::new(individual_numbers(&place));
    assert!(numbers.len() > 1_500, "{} numbers", numbers.len());
    let mut found: Vec<String> = Vec::new();
    let mut look = |what: &str, bytes: &[u8]| found.extend(numbers.find(bytes).map(|form| format!("{what}: as {form}")));
    look("standard output", done.out.as_bytes());
    look("standard error", done.err.as_bytes());
    look("the report", &fs::read(place.beside("report.json")).unwrap());
    let files = files(place.files(), &place.files().join("input"));
    for file in &files {
        look(&file.strip_prefix(place.files()).unwrap().display().to_string(), &fs::read(file).unwrap());
    }
    assert!(found.is_empty(), "individual numbers in plain form: {found:#?}");
    covered(&place, &files);
}

/// The scan saw the rooms of everybody, the private and the public side.
fn covered(place: &Place, files: &[PathBuf]) {
    let systems: BTreeSet<String> = files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "sqlite"))
        .map(|file| file.strip_prefix(place.files()).unwrap().iter().next().unwrap().to_str().unwrap().replace('_', "-"))
        .collect();
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
