//! A restore in another place, one that fails late, drills, and rooms that are ill.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{backup, copy, empty, entries, files, init, restore};
use crate::commands::{CITY, at};
use crate::support::place::{Place, on_both};
use crate::support::program::{kenshin, run};

#[test]
fn t_24_a_city_comes_back_in_another_place_with_keys_that_lie_apart_and_takes_no_mark_of_the_old_one() {
    let own = tempfile::tempdir().unwrap();
    let folder = |name: &str| own.path().join(name).display().to_string();
    let (data, key, file) = (folder("data"), folder("private"), folder("city.backup"));
    run(["init", "--municipality", CITY, "--name", "みほん市", "--data", &data, "--backup-key", &key]).ended(0);
    run(["backup", "--data", &data, "--out", &file]).ended(0);
    let keys = PathBuf::from(folder("data.keys"));
    let marks =
        |keys: &Path| -> Vec<PathBuf> { files(keys).into_iter().filter(|file| file.to_str().unwrap().contains(".marks/")).collect() };
    let of_old = marks(&keys);
    assert!(!of_old.is_empty());
    copy(&keys, Path::new(&folder("safe")));
    let restore = |to: &str, more: &[&str]| run([&["restore", &file, "--data", to, "--key", &key, "--json"][..], more].concat());

    // The old place is there: nothing of it is used or changed.
    let second = folder("second");
    assert!(restore(&second, &[]).ended(1).err.contains("second.keys"));
    restore(&second, &["--keys", &folder("safe")]).ended(0);
    assert_eq!(marks(&keys), of_old);
    // And then it is not.
    fs::rename(&data, folder("lost")).unwrap();
    fs::rename(&keys, folder("third.keys")).unwrap();
    let third = folder("third");
    let notes = restore(&third, &[]).ended(0).json()["notes"].to_string();
    assert!(notes.contains("names this place now (data, tls, master-key, media)"), "{notes}");
    for (place, keys) in [(&second, "safe"), (&third, "third.keys")] {
        let setting = fs::read_to_string(format!("{place}/etc/registry.{CITY}.toml")).unwrap();
        assert!(!setting.contains(&format!("{data}\"")) && !setting.contains(&format!("{data}/")), "{setting}");
        assert!(setting.contains(&format!("\"{}/registry.{CITY}.key\"", folder(keys))), "{setting}");
        assert!(run(["accounts", "list", "--municipality", CITY, "--data", place]).ended(0).out.contains("admin"));
    }
}

#[test]
fn t_24_a_restore_that_fails_late_leaves_nothing_and_can_be_done_again() {
    let place = Place::folder();
    let key = init(&place);
    let file = place.beside("city.backup");
    let sha256 = backup(&place, &file).ended(0).json()["sha256"].as_str().unwrap().to_owned();
    let to = empty(&place);
    let before = files(to.files());
    // Another file, which somebody sealed to the same key.
    let expected =
        |sha256: &str| at(&to, &["restore"], &[file.to_str().unwrap(), "--key", key.to_str().unwrap(), "--sha256", sha256, "--json"]);
    assert!(expected(&"0".repeat(64)).ended(1).err.contains("nothing is put in place"));
    // What SQLite would take for a part of the room.
    let left = PathBuf::from(to.data()).join(format!("relay/{CITY}.sqlite-wal"));
    fs::create_dir(left.parent().unwrap()).unwrap();
    fs::write(&left, "of another").unwrap();
    assert!(expected(&sha256).ended(1).err.contains("left of another room"));
    assert_eq!(fs::read_to_string(&left).unwrap(), "of another");
    fs::remove_dir_all(left.parent().unwrap()).unwrap();
    // When everything is in place already.
    fs::write(to.files().join("input"), "no folder").unwrap();
    expected(&sha256).ended(1);
    fs::remove_file(to.files().join("input")).unwrap();
    let sound = |files: BTreeSet<PathBuf>| -> BTreeSet<PathBuf> {
        files.into_iter().filter(|file| !file.to_str().unwrap().contains(".marks/")).collect()
    };
    assert_eq!(sound(files(to.files())), sound(before));
    assert!(!to.files().join("etc").exists() && !to.files().join("tls").exists());
    expected(&sha256.to_uppercase()).ended(0);
}

#[test]
fn t_24_a_drill_dates_what_is_the_backups_fault_alone_and_removes_nothing_of_others() {
    let place = Place::folder();
    let key = init(&place);
    let file = place.beside("city.backup");
    backup(&place, &file).ended(0);
    let dated = place.files().join("drills.csv");
    let drill =
        |more: &[&str]| at(&place, &["drill"], &[&["--backup", file.to_str().unwrap(), "--key", key.to_str().unwrap()][..], more].concat());
    let lines = || fs::read_to_string(&dated).unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
    // A master key that is missing says nothing of the backup.
    let (master, safe) = (place.files().join(format!("keys/relay.{CITY}.key")), place.beside("safe"));
    fs::rename(&master, &safe).unwrap();
    drill(&[]).ended(1);
    assert!(lines().is_empty());
    fs::rename(&safe, &master).unwrap();
    // What a killed one left is ours by its marker; what only bears the name is not.
    let (ours, others) = (place.files().join("drill-1"), place.files().join("drill-2"));
    for folder in [&ours, &others] {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("registry.sqlite"), "people").unwrap();
    }
    fs::write(ours.join("kenshin-drill.lock"), "").unwrap();
    drill(&[]).ended(0);
    assert!(!ours.exists() && others.join("registry.sqlite").exists());
    // A line that was torn, and a file that is not the one that was kept.
    fs::OpenOptions::new().append(true).open(&dated).unwrap().write_all(b"2026-11-30T00:0").unwrap();
    assert!(drill(&["--sha256", &"0".repeat(64)]).ended(1).out.contains("NOT WHOLE"));
    let told = lines();
    assert!(told.len() == 4 && told[1].ends_with(",true") && told[3].ends_with(",false"), "{told:?}");
    // A link is not followed.
    fs::rename(&dated, place.beside("elsewhere")).unwrap();
    std::os::unix::fs::symlink(place.beside("elsewhere"), &dated).unwrap();
    let before = fs::read(place.beside("elsewhere")).unwrap();
    drill(&[]).ended(1);
    assert_eq!(fs::read(place.beside("elsewhere")).unwrap(), before);
}

#[test]
fn t_24_a_room_that_is_ill_is_copied_as_it_lies_and_keeps_no_other_from_being_copied() {
    on_both(|place| {
        let key = init(place);
        let file = place.beside("city.backup");
        let (name, safe) = (format!("keys/relay.{CITY}.key"), place.beside("safe"));
        fs::rename(place.files().join(&name), &safe).unwrap();
        let made = backup(place, &file).ended(1).json();
        assert_eq!(made["rooms"].as_array().unwrap().len(), 3);
        let notes = made["notes"].to_string();
        assert!(notes.contains(&format!("relay_{CITY} was copied as it lies")) && !notes.contains(&format!("atena_{CITY}")), "{notes}");
        let back = empty(place);
        let notes = restore(&file, &back, &key).ended(0).json()["notes"].to_string();
        assert!(notes.contains(&format!("relay_{CITY} was copied as it lies")), "{notes}");
        // It opens when its key is found.
        fs::copy(&safe, back.files().join(&name)).unwrap();
        assert_eq!(entries(&back).len(), 3);
    });
}

#[test]
fn t_01_no_passphrase_of_ours_is_in_the_environment_of_postgresqls_tools() {
    let Some(place) = Place::database() else { return };
    init(&place);
    let (bin, seen) = (place.beside("bin"), place.beside("seen"));
    fs::create_dir(&bin).unwrap();
    let tool = bin.join("pg_dump");
    // It says much, which must not hold it up.
    fs::write(&tool, format!("#!/bin/sh\nenv > {}\nhead -c 1000000 /dev/zero >&2\nexit 1\n", seen.display())).unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o700)).unwrap();
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let mut program = kenshin();
    let program = program.args(["backup", "--out", place.beside("a").to_str().unwrap()]).args(place.arguments());
    let ended = program.env("PATH", path).env("KENSHIN_PASSPHRASE", "of-the-city").env("PGHOST", "elsewhere").status().unwrap();
    assert_eq!(ended.code(), Some(1));
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("PGAPPNAME=kenshin") && !seen.contains("of-the-city") && !seen.contains("PGHOST"), "{seen}");
    assert!(!place.beside("a").exists());
}
