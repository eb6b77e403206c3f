//! Looking changes nothing: `doctor` and `ledger verify` leave a place as it is, and a lost master key is not replaced.

use std::fs;
use std::path::Path;

use super::{CITY, at, init};
use crate::support::place::{Place, on_both};
use crate::support::program::{psql, run};

#[test]
fn doctor_says_that_a_room_is_older_than_the_program_and_leaves_it_so() {
    on_both(|place| {
        init(place).ended(0);
        // As if the newest migration of the registry were not there yet.
        forget(place);
        for _ in 0..2 {
            let told = at(place, &["doctor"], &[]).ended(1).out;
            assert!(told.contains("run `kenshin migrate`"), "{told}");
        }
    });
}

/// Takes the note of the registry's last migration away.
fn forget(place: &Place) {
    let last =
        "DELETE FROM migration WHERE component = 'registry' AND name = (SELECT max(name) FROM migration WHERE component = 'registry')";
    if place.data().starts_with("postgres") {
        let script = place.beside("forget.sql");
        fs::write(&script, format!("set role registry_{CITY}; set search_path to registry_{CITY}; {last};\n")).unwrap();
        let told = psql(place, &script).ended(0).err;
        assert!(!told.contains("ERROR"), "{told}");
    } else {
        use diesel::connection::SimpleConnection as _;
        let room = Path::new(place.data()).join("registry").join(format!("{CITY}.sqlite"));
        let mut connection = <diesel::SqliteConnection as diesel::Connection>::establish(room.to_str().unwrap()).unwrap();
        connection.batch_execute(last).unwrap();
    }
}

#[test]
fn doctor_and_verify_make_nothing_where_there_is_nothing() {
    on_both(|place| {
        at(place, &["doctor"], &[]).ended(1);
        at(place, &["ledger", "verify"], &[]).ended(1);
        at(place, &["migrate"], &[]).ended(0);
        assert!(!place.files().exists(), "nothing was made");
    });
    let mistyped = Place::folder();
    at(&mistyped, &["doctor"], &[]).ended(1);
    at(&mistyped, &["ledger", "verify"], &[]).ended(1);
    assert!(!Path::new(mistyped.data()).exists(), "no folder of rooms was made");
}

#[test]
fn a_lost_master_key_is_said_and_not_replaced() {
    let place = Place::folder();
    init(&place).ended(0);
    let key = place.files().join("keys").join(format!("registry.{CITY}.key"));
    fs::rename(&key, place.beside("away.key")).unwrap();
    let config = place.files().join("etc").join(format!("registry.{CITY}.toml"));
    let out = place.beside("out.csv");
    let eligible = ["--municipality", CITY, "--fiscal-year", "2026", "--out", out.to_str().unwrap()];
    for done in [
        run(["serve", "registry", "--config", config.to_str().unwrap()]),
        at(&place, &["registry", "eligible"], &eligible),
        init(&place),
        at(&place, &["doctor"], &[]),
    ] {
        let done = done.ended(1);
        assert!(done.err.contains("master key") || done.out.contains("master key"), "{} {}", done.out, done.err);
        assert!(!key.exists(), "no other key was made");
    }
}
