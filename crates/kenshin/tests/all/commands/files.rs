//! What the command line writes: whole or not at all, and never over what it reads; what it wrote, it reads again.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::registry::{city, import, registry};
use super::{CITY, at, init};
use crate::support::place::{Place, on_both};
use crate::support::program::run;

#[test]
fn no_command_writes_over_its_own_input() {
    let place = Place::folder();
    let folder = city(&place, "100");
    init(&place).ended(0);
    let link = place.beside("link.csv");
    for (command, more, option, file) in [
        ("match", &[][..], "--out", "incoming.csv"),
        ("import-residents", &[][..], "--rejects", "residents.csv"),
        ("import-results", &["--type", "2"][..], "--rejects", "residents.csv"),
    ] {
        let input = folder.join(file);
        let before = fs::read(&input).unwrap();
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(&input, &link).unwrap();
        for out in [&input, &link, &folder.join("..").join("city").join(file)] {
            let rest = [more, &[input.to_str().unwrap(), option, out.to_str().unwrap()][..]].concat();
            let told = registry(&place, command, &rest).ended(2).err;
            assert!(told.contains("is the input itself"), "{told}");
            assert_eq!(fs::read(&input).unwrap(), before, "{command} {}", out.display());
        }
    }
}

#[test]
fn a_password_on_the_command_line_is_refused_before_it_is_used_and_not_repeated() {
    let place = Place::folder();
    for url in ["postgres://kenshin:open-sesame@localhost/kenshin", "postgres://kenshin@localhost/kenshin?password=open-sesame"] {
        for command in [&["doctor"][..], &["init", "--municipality", CITY, "--name", "みほん市"], &["demo", "--once"]] {
            let told = run(command.iter().chain(&["--data", url])).ended(2);
            assert!(told.err.contains("PGPASSFILE") && !told.err.contains("open-sesame") && told.out.is_empty(), "{}", told.err);
        }
    }
    assert!(!place.files().exists());
}

#[test]
fn what_synth_writes_is_its_owners_alone_and_no_link_is_followed() {
    let place = Place::folder();
    let (folder, elsewhere) = (place.beside("city"), place.beside("elsewhere"));
    fs::create_dir(&folder).unwrap();
    for name in ["residents.csv", "residents.csv.part"] {
        std::os::unix::fs::symlink(&elsewhere, folder.join(name)).unwrap();
    }
    city(&place, "100");
    assert!(!elsewhere.exists());
    for file in ["residents.csv", "incoming.csv", "truth.csv"] {
        let made = fs::symlink_metadata(folder.join(file)).unwrap();
        assert_eq!((made.is_file(), made.permissions().mode() & 0o777), (true, 0o600), "{file}");
    }
}

#[test]
fn a_list_that_fails_leaves_the_earlier_one() {
    let place = Place::folder();
    init(&place).ended(0);
    let out = place.beside("matches.csv");
    let other = place.beside("other.csv");
    fs::write(&out, "of yesterday").unwrap();
    fs::write(&other, "受付番号\n1\n").unwrap();
    registry(&place, "match", &[other.to_str().unwrap(), "--out", out.to_str().unwrap()]).ended(1);
    let list = place.beside("eligible.csv");
    fs::write(&list, "of yesterday").unwrap();
    let asked = ["--fiscal-year", "2026", "--programme", "heart", "--out", list.to_str().unwrap()];
    registry(&place, "eligible", &asked).ended(2);
    for kept in [&out, &list] {
        assert_eq!(fs::read_to_string(kept).unwrap(), "of yesterday");
    }
    let names = fs::read_dir(out.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.ends_with(".part")).count(), 0);
}

#[test]
fn a_city_that_is_not_there_is_not_made_by_asking_about_it() {
    on_both(|place| {
        let out = place.beside("out.csv");
        let incoming = place.beside("incoming.csv");
        fs::write(&incoming, "受付番号\n1\n").unwrap();
        let (out, incoming) = (out.to_str().unwrap(), incoming.to_str().unwrap());
        let asked: [(&str, &[&str]); 5] = [
            ("eligible", &["--fiscal-year", "2026", "--out", out]),
            ("explain", &["--resident", "1001", "--programme", "cervix"]),
            ("match", &[incoming, "--out", out]),
            ("import-results", &["--type", "2", incoming]),
            ("export-results", &["--type", "2", "--out", out]),
        ];
        for (command, rest) in asked {
            let told = registry(place, command, rest).ended(1).err;
            assert!(told.contains("kenshin init"), "{command}: {told}");
        }
        assert!(!place.files().exists(), "nothing was made");
        assert!(!std::path::Path::new(out).exists());
        let told = at(place, &["ledger", "verify"], &[]).ended(1).out;
        assert!(told.contains("is --data right"), "{told}");
        assert!(!place.files().exists(), "nothing was made");
    });
}

#[test]
fn results_are_exported_imported_into_a_fresh_city_and_exported_again_byte_for_byte() {
    on_both(|place| {
        let folder = city(place, "300");
        import(place, &folder);
        let fresh = Place::folder();
        init(&fresh).ended(0);
        for file in ["residents.csv", "weekly-01.csv"] {
            registry(&fresh, "import-residents", &[folder.join(file).to_str().unwrap()]).ended(0);
        }
        let mut filled: BTreeSet<u8> = BTreeSet::new();
        for number in 1..=15_u8 {
            let (first, second) = (place.beside(&format!("{number}-first.csv")), place.beside(&format!("{number}-second.csv")));
            let kind = number.to_string();
            let export = |of: &Place, out: &std::path::Path| {
                registry(of, "export-results", &["--type", &kind, "--out", out.to_str().unwrap(), "--json"]).ended(0).json()
            };
            let rows = export(place, &first)["rows"].as_u64().unwrap();
            if rows > 0 {
                filled.insert(number);
            }
            registry(&fresh, "import-results", &["--type", &kind, first.to_str().unwrap()]).ended(0);
            assert_eq!(export(&fresh, &second)["rows"], rows);
            let (first, second) = (fs::read(&first).unwrap(), fs::read(&second).unwrap());
            assert!(!first.is_empty() && first == second, "record type {number}");
            // What goes out is what came in: every row that was imported, every column of it.
            let (mut came, mut went) = (lines_of(&folder, number), lines(&first));
            came.sort();
            went.sort();
            assert_eq!(went, came, "record type {number}");
        }
        assert_eq!(filled, (1..=15).collect(), "synth writes results of every type");
        let log = at(place, &["ledger", "verify"], &["--json"]).ended(0).json();
        assert!(log.as_array().unwrap().iter().any(|log| log["room"] == format!("registry_{CITY}")), "{log}");
    });
}

/// The rows of all files of a record type.
fn lines_of(folder: &std::path::Path, number: u8) -> Vec<String> {
    let files = fs::read_dir(folder.join("results")).unwrap().map(|entry| entry.unwrap().path());
    let of_type = files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&format!("{number:02}_")));
    of_type.flat_map(|path| lines(&fs::read(path).unwrap())).collect()
}

fn lines(text: &[u8]) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text);
    reader.records().map(|row| row.unwrap().iter().collect::<Vec<_>>().join("\u{1f}")).collect()
}

#[test]
fn r_gov_1_what_the_command_line_does_is_recorded_under_the_account_of_the_machine() {
    let place = Place::folder();
    let folder = city(&place, "100");
    init(&place).ended(0);
    registry(&place, "import-residents", &[folder.join("residents.csv").to_str().unwrap(), "--as", "hanako"]).ended(0);
    let room = fs::read(place.files().join("registry").join(format!("{CITY}.sqlite"))).unwrap();
    let log = fs::read(place.files().join("registry").join(format!("{CITY}.sqlite-wal"))).unwrap_or_default();
    let bytes = [room, log].concat();
    let account = String::from_utf8(std::process::Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    let name = format!("console:{}/hanako", account.trim());
    assert!(bytes.windows(name.len()).any(|window| window == name.as_bytes()), "{name} stands in the record of use");
    assert!(!bytes.windows(12).any(|window| window == b"command-line"));
}
