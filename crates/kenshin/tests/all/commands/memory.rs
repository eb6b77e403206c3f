//! What a process that serves gives away of its memory.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;
use std::process::{Child, Command};

use super::job_files::{done, jobs};
use super::registry::city;
use super::served::{Served, move_to};
use super::{CITY, at, init};
use crate::support::city::rows;
use crate::support::place::{Place, on_both};
use crate::support::program::{edge, kenshin};

/// A program without the power to look into every process, which root has.
fn powerless(program: Command) -> Command {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return program;
    }
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-all", "--inh-caps=-all"]).arg(program.get_program()).args(program.get_args());
    command
}

/// Whether another process of the same user and power may read its environment, and with that its memory.
fn may_be_looked_into(process: u32) -> bool {
    let mut look = Command::new("cat");
    look.arg(format!("/proc/{process}/environ"));
    powerless(look).output().unwrap().status.success()
}

/// Ended with the test.
struct Sleeper(Child);

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn no_core_is_written_of_a_program_that_serves_and_nobody_of_its_user_may_look_into_it() {
    let place = Place::folder();
    init(&place).ended(0);
    at(&place, &["init"], &["--party", "hub-edge.national", "--name", "PMH"]).ended(0);
    let config = |party: &str| place.files().join("etc").join(format!("{party}.toml"));
    let (registry, public) = (config(&format!("registry.{CITY}")), config("hub-edge.national"));
    move_to(&registry, 0);
    move_to(&public, 0);
    let mut all = kenshin();
    all.args(["serve", "registry", "--config"]).arg(&registry);
    let mut apart = Command::new(edge());
    apart.arg("--config").arg(&public);
    for (program, says) in [(all, "listens on "), (apart, "addr=")] {
        let served = Served::by(powerless(program), says);
        let limits = fs::read_to_string(format!("/proc/{}/limits", served.id())).unwrap();
        let core: Vec<&str> = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap().split_whitespace().collect();
        assert_eq!(core, ["0", "0", "bytes"]);
        assert!(!may_be_looked_into(served.id()));
    }
    let mut sleep = Command::new("sleep");
    sleep.arg("600");
    let mut sleeper = Sleeper(powerless(sleep).spawn().unwrap());
    // At once it is still what makes it powerless.
    while !may_be_looked_into(sleeper.0.id()) {
        assert!(sleeper.0.try_wait().unwrap().is_none(), "a program that does not forbid it may be looked into");
    }
}

/// What a process can write to of its memory, piece by piece.
fn memory(process: u32) -> impl Iterator<Item = Vec<u8>> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let ranges: Vec<(u64, u64)> = maps
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, rest)| rest.starts_with("rw"))
        .map(|(range, _)| range.split_once('-').unwrap())
        .map(|(from, to)| (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap()))
        .collect();
    ranges.into_iter().filter_map(move |(from, to)| {
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        memory.read_exact_at(&mut bytes, from).ok().map(|()| bytes)
    })
}

/// The texts that stand in the memory of a process, as bytes or as UTF-16; all have one length, and are digits.
fn held(process: u32, texts: &BTreeSet<String>) -> BTreeSet<String> {
    let length = texts.first().unwrap().len();
    let mut held = BTreeSet::new();
    for bytes in memory(process) {
        for step in [1, 2] {
            for from in 0..step {
                let mut digits = String::new();
                for byte in bytes.iter().skip(from).step_by(step) {
                    if !byte.is_ascii_digit() {
                        digits.clear();
                        continue;
                    }
                    digits.push(char::from(*byte));
                    if let Some(text) =
                        digits.len().checked_sub(length).and_then(|start| digits.get(start..)).filter(|text| texts.contains(*text))
                    {
                        held.insert(text.to_owned());
                    }
                }
            }
        }
    }
    held
}

/// The individual numbers in a file of the register.
fn numbers(file: &Path) -> BTreeSet<String> {
    rows(file).into_iter().map(|row| row["個人番号"].clone()).filter(|number| !number.is_empty()).collect()
}

#[test]
fn after_an_import_the_process_that_serves_holds_none_of_the_individual_numbers() {
    on_both(|place| {
        init(place).ended(0);
        let folder = city(place, "600");
        let (first, later) = (folder.join("residents.csv"), place.beside("later.csv"));
        let mut all = numbers(&first);
        all.extend(numbers(&folder.join("weekly-01.csv")));
        assert!(all.len() > 400, "{} numbers", all.len());
        let text = fs::read_to_string(folder.join("weekly-01.csv")).unwrap();
        fs::write(&later, format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).unwrap();
        let served = Served::start(&place.files().join("etc").join(format!("registry.{CITY}.toml")), "listens on ");
        for file in [&first, &later] {
            let asked = ["start", "import-residents", "--file", file.to_str().unwrap(), "--json"];
            let job = jobs(place, &asked).ended(0).json();
            let job = done(place, job["id"].as_str().unwrap());
            assert!(job["result"]["added"].as_u64().is_some_and(|added| added > 0), "{job}");
            let found = held(served.id(), &all);
            assert!(found.is_empty(), "{} of {} numbers after {}", found.len(), all.len(), file.display());
        }
        // What is looked for is found where it is: this process holds them.
        assert_eq!(held(std::process::id(), &all), all);
    });
}
