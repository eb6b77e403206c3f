//! The canary: after the ring no individual number of the input stands anywhere else in plain form — no file, no table, no line of a log at
//! its most talkative, the database's own among them, no report, no page, nothing that was asked or answered between the systems but the one
//! message whose published shape has it. No address and no phone stands in the room of a registry or an atena.

mod log;
mod pages;
mod scan;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::city::rows;
use crate::support::lines;
use crate::support::place::{Place, on_both};
use crate::support::program::{Done, demo, psql};
use scan::{Contacts, Numbers};

/// People in each city.
const RESIDENTS: u32 = 1_000;
/// The same where every byte between the systems is kept in memory.
const FEWER: u32 = 200;
/// What holds the numbers: the files of a city's register.
const INPUT: [&str; 2] = ["residents.csv", "weekly-01.csv"];

#[test]
fn t_06_no_individual_number_stands_in_plain_form_outside_the_input_files() {
    on_both(|place| {
        let log = log::Server::of(place);
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
        let rooms = files(&rooms);
        let beside: Vec<PathBuf> = files(place.files()).into_iter().filter(|file| !is_input(file)).collect();
        let beside_rooms = |name: &str| beside.iter().filter(|file| file.ends_with(name)).count();
        assert_eq!(beside_rooms("matches.csv"), 2, "what the registry writes beside its input is looked at");
        for file in rooms.iter().chain(&beside) {
            look(&file.display().to_string(), &fs::read(file).unwrap());
        }
        if let Some(log) = log {
            look("the log of PostgreSQL", &log.grown(place));
        }
        assert!(found.is_empty(), "individual numbers in plain form: {found:#?}");
        let contacts = Contacts::new(contacts(place));
        assert!(contacts.len() > 2_000, "{} addresses, buildings and phones", contacts.len());
        let of_city = rooms.iter().filter(|file| ["registry", "atena"].iter().any(|system| file.display().to_string().contains(system)));
        let open: Vec<String> = of_city
            .flat_map(|file| contacts.find(&fs::read(file).unwrap()).map(|contact| format!("{}: {contact}", file.display())))
            .collect();
        assert!(open.is_empty(), "addresses, buildings and phones in plain form: {open:#?}");
        covered(&rooms.iter().filter_map(|file| system(file)).collect());
    });
}

/// What stands in a message that was published with it (`docs/protocol.md`), and may stand there alone.
const PUBLISHED: (&str, &str) = ("hub-core.national", "/hub/v1/municipal-checkup-registration-tasks");

#[test]
fn t_06_between_the_systems_an_individual_number_stands_in_plain_form_in_the_one_published_message_alone() {
    on_both(|place| {
        let heard = lines::heard(place, FEWER);
        let numbers = Numbers::new(individual_numbers(place));
        let mut published = 0;
        let mut found: Vec<String> = Vec::new();
        for one in &heard {
            let party = one.party.to_string();
            if (party.as_str(), one.route.as_str()) == PUBLISHED {
                published += usize::from(numbers.find(&one.asked).is_some());
            } else {
                found.extend(numbers.find(&one.asked).map(|form| format!("asked of {party} {}: as {form}", one.route)));
            }
            found.extend(numbers.find(&one.answered).map(|form| format!("answered by {party} {}: as {form}", one.route)));
        }
        assert!(found.is_empty(), "individual numbers in plain form: {found:#?}");
        assert!(published > 0, "the published message was not heard: what else was not?");
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
    for one in deployment::systems::implementations() {
        assert!(systems.contains(one.system()), "no room of {} was scanned: {systems:?}", one.system());
    }
}

/// Every 個人番号 of both cities' registers.
fn individual_numbers(place: &Place) -> Vec<String> {
    let mut numbers = Vec::new();
    for city in ["991015", "992020"] {
        for file in INPUT {
            let rows = rows(&place.files().join("input").join(city).join(file));
            numbers.extend(rows.into_iter().map(|row| row["個人番号"].clone()).filter(|number| !number.is_empty()));
        }
    }
    numbers
}

/// Every 住所, 方書 and 電話番号 of both cities' registers.
fn contacts(place: &Place) -> Vec<String> {
    let mut contacts = Vec::new();
    for city in ["991015", "992020"] {
        for file in INPUT {
            let rows = rows(&place.files().join("input").join(city).join(file));
            contacts.extend(rows.iter().flat_map(|row| ["住所", "方書", "電話番号"].map(|column| row[column].clone())));
        }
    }
    contacts.retain(|contact| !contact.is_empty());
    contacts
}

/// Whether the numbers came in by this file; nothing else in the folder may hold one.
fn is_input(file: &Path) -> bool {
    let of_a_city = file.parent().and_then(Path::parent).is_some_and(|folder| folder.ends_with("input"));
    of_a_city && INPUT.iter().any(|name| file.ends_with(name))
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}
