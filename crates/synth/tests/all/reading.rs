//! Reads what a city wrote with a parser that is not ours.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use synth::{City, CityPlan, Encoding, FIRST_CITY};
use tempfile::TempDir;
use vocabulary::{Date, MunicipalityCode, era};

/// A CSV file in memory.
pub(crate) struct Sheet {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Sheet {
    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        Self { header, rows }
    }

    pub(crate) fn maps(&self) -> impl Iterator<Item = HashMap<&str, &str>> {
        self.rows.iter().map(|row| self.header.iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect())
    }
}

pub(crate) fn plan(residents: u32, seed: u64) -> CityPlan {
    CityPlan::new(MunicipalityCode::parse(FIRST_CITY).unwrap(), residents, seed)
}

pub(crate) fn city(residents: u32, seed: u64) -> City {
    City::generate(&plan(residents, seed)).unwrap()
}

pub(crate) fn write(city: &City) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    city.write(directory.path(), Encoding::Utf8, &mut |_| {}).unwrap();
    directory
}

pub(crate) fn read(directory: &TempDir, name: &str) -> Sheet {
    Sheet::parse(&std::fs::read_to_string(directory.path().join(name)).unwrap())
}

/// Names of the result files with the record type they begin with.
pub(crate) fn result_files(directory: &TempDir) -> Vec<(u16, String)> {
    let entries = std::fs::read_dir(directory.path().join("results")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| (name.split_once('_').unwrap().0.parse().unwrap(), name)).collect()
}

/// A day so many days after another.
pub(crate) fn day(text: &str, days: i32) -> Date {
    era::parse_date(text).unwrap().saturating_add(jiff::Span::new().days(days))
}

/// Every file with its bytes.
pub(crate) fn snapshot_of(directory: &TempDir) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(directory.path(), &mut files);
    files
}
